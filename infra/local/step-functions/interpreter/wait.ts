import { startTimer } from '../timers.ts';
import type { Branch } from './branch.ts';

/** Waits, unless the branch is cancelled. */
export async function pause(branch: Branch, milliseconds: number): Promise<void> {
  let cancel = (): void => undefined;
  const elapsed = new Promise<void>(resolve => {
    cancel = startTimer(milliseconds, resolve).cancel;
  });
  try {
    await branch.wait(elapsed);
  } finally {
    cancel();
  }
}
