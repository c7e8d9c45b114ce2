/** How often to look whether npx has gone, in milliseconds. */
const lookEveryMs = 500;

/** Fires when the program should end: at SIGTERM, at Ctrl-C, or when the npx that runs it was ended. */
export function createStopSignal(): AbortSignal {
  const stop = new AbortController();
  // Once: a second Ctrl-C ends the program at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  if (process.env['npm_command'] === 'exec') watchParent(() => stop.abort());
  return stop.signal;
}

/** npx hands a SIGTERM to the shell between us only, which ends and leaves us to another parent. */
function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs);
  timer.unref();
}
