import { randomBytes, randomUUID } from 'node:crypto';

export interface RequestIds {
  readonly requestId: string;
  /** 16 characters that end in `=`; also the answer's `x-amz-apigw-id`. */
  readonly extendedRequestId: string;
  /** X-Ray's form: `Root=1-` seconds in hex, and 24 hex digits. */
  readonly traceId: string;
}

export function createRequestIds(now: number): RequestIds {
  const requestId = randomUUID();
  const seconds = Math.floor(now / 1000).toString(16);
  return {
    requestId,
    extendedRequestId: randomBytes(11).toString('base64'),
    traceId: `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
  };
}
