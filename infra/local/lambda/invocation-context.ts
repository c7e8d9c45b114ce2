import { randomBytes } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** What a Node.js 24 handler gets as its second argument: the callbacks of older runtimes are gone. */
export type InvocationContext = Omit<Context, 'done' | 'fail' | 'succeed'>;

/** What does not change from one call of a function to the next. */
export interface FunctionIdentity {
  readonly name: string;
  readonly arn: string;
  readonly memoryMB: number;
  readonly logStreamName: string;
}

/** Names a log stream as Lambda does for a new sandbox: `2026/01/31/[$LATEST]` and 32 hex digits. */
export function nameLogStream(now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
}

/** The context object of one call, which is to end at `deadline` (milliseconds since the epoch). */
export function createInvocationContext(
  identity: FunctionIdentity,
  requestId: string,
  deadline: number,
): InvocationContext {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: identity.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: identity.arn,
    memoryLimitInMB: String(identity.memoryMB),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${identity.name}`,
    logStreamName: identity.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}
