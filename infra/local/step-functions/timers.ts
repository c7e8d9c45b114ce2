/** What one `setTimeout` can wait for: about 24.8 days; longer waits take several. */
const LONGEST = 2 ** 31 - 1;

export interface Timer {
  cancel(): void;
}

/**
 * Calls `action` once, `milliseconds` from now, however far that is.
 * A timer never keeps the process alive: what has to end is the service, not its waits.
 */
export function startTimer(milliseconds: number, action: () => void): Timer {
  const due = Date.now() + milliseconds;
  let handle: NodeJS.Timeout;
  const arm = (): void => {
    const rest = due - Date.now();
    handle = rest > LONGEST ? setTimeout(arm, LONGEST) : setTimeout(action, Math.max(0, rest));
    handle.unref();
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}
