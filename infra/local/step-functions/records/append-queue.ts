import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startTimer, type Timer } from '../timers.ts';

const BATCH_MILLISECONDS = 20;

/** Appends JSON lines to many files, in batches off the caller's path, each file's lines in order. */
export class AppendQueue {
  #pending = new Map<string, unknown[]>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
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

  /** Settles when all that was added before is written. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#pending;
    if (batch.size === 0) return this.#writing;
    this.#pending = new Map();
    this.#writing = this.#writing.then(() => this.#write(batch)).catch(this.#onFault);
    return this.#writing;
  }

  async #write(batch: ReadonlyMap<string, readonly unknown[]>): Promise<void> {
    for (const [file, lines] of batch) {
      this.#makeFolder(dirname(file));
      await appendFile(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    }
  }

  #makeFolder(folder: string): void {
    if (this.#folders.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
  }
}
