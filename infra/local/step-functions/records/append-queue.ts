import { appendFileSync, mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startTimer, type Timer } from '../timers.ts';

const BATCH_MILLISECONDS = 20;

/** Appends JSON lines to many files, in batches off the caller's path, each file's lines in order. */
export class AppendQueue {
  #pending = new Map<string, unknown[]>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Files with lines that were handed to a write. */
  readonly #inFlight = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  add(file: string, value: unknown): void {
    const lines = this.#pending.get(file);
    if (lines) lines.push(value);
    else this.#pending.set(file, [value]);
    this.#timer ??= startTimer(BATCH_MILLISECONDS, () => void this.flush());
  }

  /** The same at once, with what is still to be written of that file. Only behind a write under way it has to wait. */
  addNow(file: string, value: unknown): void {
    if (this.#inFlight.has(file)) {
      this.add(file, value);
      return;
    }
    const lines = this.#pending.get(file) ?? [];
    this.#pending.delete(file);
    this.#makeFolder(dirname(file));
    appendFileSync(file, toText([...lines, value]));
  }

  /** Settles when all that was added before is written. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#pending;
    if (batch.size === 0) return this.#writing;
    this.#pending = new Map();
    for (const file of batch.keys()) this.#inFlight.add(file);
    this.#writing = this.#writing.then(() => this.#write(batch));
    return this.#writing;
  }

  async #write(batch: ReadonlyMap<string, readonly unknown[]>): Promise<void> {
    for (const [file, lines] of batch) {
      try {
        this.#makeFolder(dirname(file));
        await appendFile(file, toText(lines));
      } catch (error) {
        this.#onFault(error);
      }
      this.#inFlight.delete(file);
    }
  }

  #makeFolder(folder: string): void {
    if (this.#folders.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
  }
}

const toText = (lines: readonly unknown[]): string => lines.map(line => `${JSON.stringify(line)}\n`).join('');
