/** A wait that can be cut short: what rings while nobody waits is kept for the next wait. */
export type Alarm = {
  ring(): void;
  /** Waits `ms`, or until it rings: true if it rang. */
  wait(ms: number): Promise<boolean>;
};

export function createAlarm(): Alarm {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    async wait(ms) {
      if (!hasRung && ms > 0) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      const rang = hasRung;
      hasRung = false;
      return rang;
    },
  };
}
