import { Agent, get } from 'node:http';

/** Requests come by themselves, not one after the other: whatever is slow has more of them at once. */
export function sendLoad(url: string, perSecond: number): void {
  const agent = new Agent({ keepAlive: true });
  const send = () => {
    const request = get(url, { agent }, response => response.resume());
    // Whoever does not answer is none of our business: the instances tell what they served.
    request.on('error', () => {});
    setTimeout(send, (-Math.log(1 - Math.random()) / perSecond) * 1000);
  };
  send();
}
