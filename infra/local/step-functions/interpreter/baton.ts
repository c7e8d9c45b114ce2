/**
 * Lets one branch of an execution decide at a time, in the order in which they became ready. So the history shows
 * whole decisions, as AWS's does, although evaluating an expression is asynchronous.
 */
export class Baton {
  #held = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (!this.#held) {
      this.#held = true;
      return;
    }
    await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#held = false;
  }

  get contended(): boolean {
    return this.#waiting.length > 0;
  }
}
