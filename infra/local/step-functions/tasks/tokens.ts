import { createHash, randomBytes } from 'node:crypto';
import { invalidToken, ServiceError } from '../errors.ts';
import type { Json } from '../interpreter/json.ts';

/** A task that waits for somebody to send its token. */
export interface WaitingTask {
  succeed(output: Json): void;
  fail(error: string | undefined, cause: string | undefined): void;
  heartbeat(): void;
}

const RANDOM_BYTES = 96;

/**
 * The task tokens that are out. A token carries its own checksum, so that one of ours whose task has ended
 * is told from text that never was one, without remembering those that ended.
 */
export class Tokens {
  readonly #waiting = new Map<string, WaitingTask>();

  issue(task: WaitingTask): string {
    const random = randomBytes(RANDOM_BYTES);
    const token = Buffer.concat([random, checksumOf(random)]).toString('base64');
    this.#waiting.set(token, task);
    return token;
  }

  revoke(token: string): void {
    this.#waiting.delete(token);
  }

  /** @throws TaskTimedOut when the task has ended, InvalidToken when there never was one */
  find(token: string): WaitingTask {
    const task = this.#waiting.get(token);
    if (task) return task;
    if (!isGenuine(token)) throw invalidToken();
    throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }
}

const checksumOf = (random: Buffer): Buffer => createHash('sha256').update(random).digest();

function isGenuine(token: string): boolean {
  const bytes = Buffer.from(token, 'base64');
  return checksumOf(bytes.subarray(0, RANDOM_BYTES)).equals(bytes.subarray(RANDOM_BYTES));
}
