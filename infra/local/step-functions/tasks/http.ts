import { Agent, type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpCall {
  readonly answer: Promise<HttpAnswer>;
  /** Closes the connection. */
  abandon(): void;
}

/** Posts over connections that stay open. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #secureAgent = new SecureAgent({ keepAlive: true });

  post(url: URL, body: string, headers: Readonly<Record<string, string>>): HttpCall {
    const secure = url.protocol === 'https:';
    const send = secure ? requestHttps : requestHttp;
    const request = send(url, {
      method: 'POST',
      agent: secure ? this.#secureAgent : this.#agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
        });
      });
      request.end(body);
    });
    return { answer, abandon: () => request.destroy() };
  }

  close(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }
}
