import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's whole body. One that is too large is read to its end and thrown away, so that the client, which may
 * not look for an answer before it has sent everything, gets one.
 * @param limit in bytes
 * @returns `aborted` when the client went away before the end
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'tooLarge' | 'aborted'> {
  return new Promise(resolve => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= limit) chunks.push(chunk);
      else chunks = [];
    });
    request.on('end', () => resolve(size <= limit ? Buffer.concat(chunks, size) : 'tooLarge'));
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}
