import { invalidRequestContent } from './service-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads what a caller sends to a function; nothing at all means an empty object.
 * @returns JSON text that parses
 * @throws LambdaServiceError when it is not UTF-8, or not JSON
 */
export function parsePayload(body: Uint8Array): string {
  if (body.byteLength === 0) return '{}';
  try {
    const text = utf8.decode(body);
    JSON.parse(text);
    return text;
  } catch (error) {
    throw invalidRequestContent(error instanceof Error ? error.message : String(error));
  }
}
