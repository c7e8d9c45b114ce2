/** As `run`, but at most that many at once; the others wait for their turn, in order. */
export function limitConcurrency<Args extends readonly unknown[], Result>(
  atMost: number,
  run: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (...args) => {
    if (running >= atMost) await new Promise<void>(resolve => waiting.push(resolve));
    else running += 1;
    try {
      return await run(...args);
    } finally {
      // Whoever is next takes over the place.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
