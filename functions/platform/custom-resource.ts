import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';

/** CloudFormation does not read a longer answer, and waits an hour for another. */
const answerBytes = 4_096;
const attempts = 6;
const firstPauseMs = 250;
const attemptMs = 5_000;

/** Leaves room for all attempts to answer, and for the pauses between them. */
export const answerMs = 45_000;

/**
 * Tells CloudFormation how it went; why not shows in the stack's events. Rejects when it cannot be told, so that Lambda calls
 * the function again.
 */
export async function answerCloudFormation(
  { StackId, RequestId, LogicalResourceId, ResponseURL }: CloudFormationCustomResourceEvent,
  physicalID: string,
  failure?: string,
): Promise<void> {
  const common = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: physicalID };
  const response: CloudFormationCustomResourceResponse =
    failure === undefined
      ? { ...common, Status: 'SUCCESS' }
      : { ...common, Status: 'FAILED', Reason: cutReason(common, failure) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await put(ResponseURL, JSON.stringify(response));
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
    await sleep(firstPauseMs * 2 ** (attempt - 1));
  }
}

/** Bytes, because the URL's signature holds for a request without a content type only. */
async function put(url: string, text: string): Promise<void> {
  const body = Buffer.from(text);
  const { ok, status } = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(attemptMs) });
  if (!ok) throw new Error(`CloudFormation's address answered ${status}.`);
}

/** As much of it as fits in, from its beginning: what failed comes first. */
function cutReason(common: object, reason: string): string {
  const room = answerBytes - Buffer.byteLength(JSON.stringify({ ...common, Status: 'FAILED', Reason: '' }));
  let kept = reason.slice(0, room);
  while (Buffer.byteLength(JSON.stringify(kept)) - 2 > room) kept = kept.slice(0, -1);
  return kept;
}
