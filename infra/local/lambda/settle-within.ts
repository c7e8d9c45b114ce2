/**
 * The work's result, or a rejection after the timeout; what the work comes to later is dropped.
 * @param createError called when the time is over
 */
export async function settleWithin<T>(work: T | Promise<T>, timeoutMs: number, createError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(createError()), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
