import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request as requestHttp,
} from 'node:http';
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

/** Posts over connections that stay open; one that the server closed in the meantime is replaced. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #secureAgent = new SecureAgent({ keepAlive: true });

  post(url: URL, body: string, headers: Readonly<Record<string, string>>): HttpCall {
    let request: ClientRequest;
    let abandoned = false;
    const send = async (): Promise<HttpAnswer> => {
      request = this.#open(url, { ...headers, 'content-length': Buffer.byteLength(body) });
      try {
        return await answerOf(request, body);
      } catch (error) {
        const stale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (stale && !abandoned) return send();
        throw error;
      }
    };
    const abandon = (): void => {
      abandoned = true;
      request.destroy();
    };
    return { answer: send(), abandon };
  }

  #open(url: URL, headers: OutgoingHttpHeaders): ClientRequest {
    return url.protocol === 'https:'
      ? requestHttps(url, { method: 'POST', agent: this.#secureAgent, headers })
      : requestHttp(url, { method: 'POST', agent: this.#agent, headers });
  }

  close(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }
}

function answerOf(request: ClientRequest, body: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
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
}
