import type { Waiting } from '#data/workflow.ts';
import { task } from '#platform/task.ts';
import { sendToken } from '#platform/workflows.ts';

/**
 * The Lambda of a state that waits for a token. `begin` stores the token and looks whether what it would wait for has
 * happened already, in one statement; then the task ends its own wait.
 */
export function waitingTask(begin: (waiting: Waiting) => Promise<{ over: boolean }>) {
  return task(async (input: Waiting) => {
    const { over } = await begin(input);
    if (over) await sendToken(input.token);
    return { over };
  });
}
