import { StateFailure, timeout } from '../interpreter/failure.ts';
import type { Json } from '../interpreter/json.ts';
import { startTimer, type Timer } from '../timers.ts';
import type { WaitingTask } from './tokens.ts';

/** How one attempt of a task ends from outside: by its token, its timeout or a missed heartbeat, whichever is first. */
export class Settlement implements WaitingTask {
  readonly promise: Promise<Json>;
  #resolve: (output: Json) => void = () => undefined;
  #reject: (failure: StateFailure) => void = () => undefined;
  #timeout: Timer | undefined;
  #heartbeat: Timer | undefined;
  #heartbeatSeconds: number | undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody may be waiting yet, or any more.
    this.promise.catch(() => undefined);
  }

  /** Starts the clocks. */
  limit(timeoutSeconds: number | undefined, heartbeatSeconds: number | undefined): void {
    this.#heartbeatSeconds = heartbeatSeconds;
    if (timeoutSeconds !== undefined) this.#timeout = startTimer(timeoutSeconds * 1000, () => this.#reject(timeout()));
    this.heartbeat();
  }

  heartbeat(): void {
    if (this.#heartbeatSeconds === undefined) return;
    this.#heartbeat?.cancel();
    this.#heartbeat = startTimer(this.#heartbeatSeconds * 1000, () => this.#reject(timeout()));
  }

  succeed(output: Json): void {
    this.#resolve(output);
  }

  fail(error: string | undefined, cause: string | undefined): void {
    this.#reject(new StateFailure(error, cause));
  }

  stopClocks(): void {
    this.#timeout?.cancel();
    this.#heartbeat?.cancel();
  }
}
