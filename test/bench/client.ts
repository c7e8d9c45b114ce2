import { Agent, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** `path` is below `/v1`. Rejects where no answer came, or not a 2xx. */
export type Client = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** A client that keeps its connections and costs little: what is measured is the server. */
export function createClient(url: string): Client {
  const agent = new Agent({ keepAlive: true });
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {};
      const outgoing = request(`${url}/v1${path}`, { agent, method, headers }, incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const reply = { status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
          if (reply.status >= 200 && reply.status < 300) resolve(reply);
          else reject(new Error(`${method} ${path}: ${reply.status} ${reply.body}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(text);
    });
}
