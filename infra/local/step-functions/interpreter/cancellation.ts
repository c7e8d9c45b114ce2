import { Cancelled } from './failure.ts';

/** A signal that goes from an execution to its branches, and to what they wait for. */
export class Cancellation {
  readonly #listeners = new Set<() => void>();
  readonly #leaveParent: () => void;
  #cancelled = false;

  constructor(parent?: Cancellation) {
    this.#leaveParent = parent?.onCancel(() => this.cancel()) ?? (() => undefined);
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of this.#listeners) listener();
    this.dispose();
  }

  /** Calls back once when cancelled (at once when it is already). Returns what removes the listener. */
  onCancel(listener: () => void): () => void {
    if (this.#cancelled) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  throwIfCancelled(): void {
    if (this.#cancelled) throw new Cancelled();
  }

  dispose(): void {
    this.#listeners.clear();
    this.#leaveParent();
  }
}
