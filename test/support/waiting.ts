/**
 * For how many seconds from here on this process, in which all of the product runs, has had nothing to do but wait. A machine that is busy
 * makes what is done take longer, not what is waited for.
 */
export function measureWaiting(): () => number {
  const begin = performance.eventLoopUtilization();
  return () => performance.eventLoopUtilization(begin).idle / 1000;
}
