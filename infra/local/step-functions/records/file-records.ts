import { appendFileSync, closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionEnd, ExecutionStart } from '../execution.ts';
import type { HistoryEvent } from '../history.ts';
import { AppendQueue } from './append-queue.ts';
import { hashOf, historyFile, readLines, readText, replaceFile } from './files.ts';
import type { ClosedExecution, ExecutionSummary, Records } from './records.ts';

/** As long as AWS keeps the history of a closed execution. */
const KEEP_MILLISECONDS = 90 * 86_400_000;
const MAX_CLOSED = 50_000;
const RESTARTED = 'The runtime was restarted while this execution was running.';

type Begun = Pick<ExecutionStart, 'arn' | 'name' | 'machineArn' | 'startDate'>;

/** A line of the index. */
type Entry =
  | { readonly begun: Begun }
  | { readonly ended: Pick<ExecutionEnd, 'status' | 'stopDate'> & { arn: string } };

/** A line of an execution's file; `definition` is the hash that names the file shared by all that run it. */
type Line = { readonly start: ExecutionStart } | { readonly event: HistoryEvent } | { readonly end: ExecutionEnd };

/**
 * Records in a folder: an index of all executions, and for each a file with its history, all append-only.
 * Starts and ends are written at once, so that none is lost with the process; the events between follow within some
 * milliseconds.
 */
export class FileRecords implements Records {
  readonly #folder: string;
  readonly #queue: AppendQueue;
  readonly #index: number;
  readonly #running = new Map<string, Begun>();
  /** In the order in which they ended. */
  readonly #closed = new Map<string, ExecutionSummary>();
  readonly #definitions = new Set<string>();

  constructor(folder: string, onFault: (error: unknown) => void) {
    this.#folder = folder;
    this.#queue = new AppendQueue(onFault);
    const index = join(folder, 'index.jsonl');
    this.#load(readLines(readText(index)) as Entry[]);
    for (const begun of [...this.#running.values()]) this.#abort(begun);
    this.#prune();
    replaceFile(index, [...this.#closed.values()].flatMap(entriesOf).map(toLine).join(''));
    this.#index = openSync(index, 'a');
  }

  has(arn: string): boolean {
    return this.#closed.has(arn);
  }

  begin(start: ExecutionStart): void {
    const { arn, name, machineArn, startDate, machineName, roleArn, input, traceHeader } = start;
    const begun = { arn, name, machineArn, startDate };
    this.#running.set(arn, begun);
    const definition = this.#keepDefinition(start.definition);
    const line = { start: { ...begun, machineName, roleArn, input, traceHeader, definition } };
    this.#queue.addNow(this.#fileOf(begun), line);
    writeSync(this.#index, toLine({ begun }));
  }

  add(arn: string, event: HistoryEvent): void {
    const begun = this.#running.get(arn);
    if (begun) this.#queue.add(this.#fileOf(begun), { event });
  }

  end({ arn }: ExecutionStart, end: ExecutionEnd): void {
    const begun = this.#running.get(arn);
    if (!begun) return;
    this.#queue.addNow(this.#fileOf(begun), { end });
    writeSync(this.#index, toLine(this.#close(begun, end)));
    this.#prune();
  }

  async read(arn: string): Promise<ClosedExecution | undefined> {
    const summary = this.#closed.get(arn);
    if (!summary) return undefined;
    await this.#queue.flush();
    const lines = readLines(readText(this.#fileOf(summary))) as Line[];
    const [start] = lines.flatMap(line => ('start' in line ? [line.start] : []));
    if (!start) return undefined;
    const events = lines.flatMap(line => ('event' in line ? [line.event] : [])).toSorted((a, b) => a.id - b.id);
    const end = lines.flatMap(line => ('end' in line ? [line.end] : [])).at(-1) ?? summary;
    const definition = readText(this.#definitionFile(start.definition));
    return { ...start, ...end, definition, history: { events } };
  }

  list(machineArn: string): readonly ExecutionSummary[] {
    return [...this.#closed.values()].filter(summary => summary.machineArn === machineArn);
  }

  async close(): Promise<void> {
    await this.#queue.flush();
    closeSync(this.#index);
  }

  #load(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if ('begun' in entry) this.#running.set(entry.begun.arn, entry.begun);
      else {
        const begun = this.#running.get(entry.ended.arn);
        if (begun) this.#close(begun, entry.ended);
      }
    }
  }

  #close(begun: Begun, { status, stopDate }: Pick<ExecutionEnd, 'status' | 'stopDate'>): Entry {
    this.#running.delete(begun.arn);
    this.#closed.set(begun.arn, { ...begun, status, stopDate });
    return { ended: { arn: begun.arn, status, stopDate } };
  }

  /** Closes what ran when the process died. */
  #abort(begun: Begun): void {
    const file = this.#fileOf(begun);
    const text = readText(file);
    const lines = readLines(text) as Line[];
    const ids = lines.flatMap(line => ('event' in line ? [line.event.id] : []));
    const stopDate = Date.now();
    const end = { status: 'ABORTED', stopDate, cause: RESTARTED } as const;
    this.#close(begun, end);
    if (lines.length === 0) return;
    const event = {
      timestamp: stopDate / 1000,
      type: 'ExecutionAborted',
      id: (ids.at(-1) ?? 0) + 1,
      previousEventId: 0,
      executionAbortedEventDetails: { cause: RESTARTED },
    };
    appendFileSync(file, `${text.endsWith('\n') ? '' : '\n'}${toLine({ event })}${toLine({ end })}`);
  }

  /** Drops what is older than AWS would show, or too much. */
  #prune(): void {
    const oldest = Date.now() - KEEP_MILLISECONDS;
    for (const summary of this.#closed.values()) {
      if (summary.stopDate >= oldest && this.#closed.size <= MAX_CLOSED) return;
      this.#closed.delete(summary.arn);
      rmSync(this.#fileOf(summary), { force: true });
    }
  }

  #fileOf(begun: Begun): string {
    return historyFile(this.#folder, begun);
  }

  #definitionFile = (hash: string): string => join(this.#folder, 'definitions', `${hash}.json`);

  #keepDefinition(definition: string): string {
    if (this.#definitions.has(definition)) return hashOf(definition);
    const hash = hashOf(definition);
    const file = this.#definitionFile(hash);
    if (!existsSync(file)) replaceFile(file, definition);
    this.#definitions.add(definition);
    return hash;
  }
}

const toLine = (value: Entry | Line): string => `${JSON.stringify(value)}\n`;

function entriesOf({ status, stopDate, ...begun }: ExecutionSummary): Entry[] {
  return [{ begun }, { ended: { arn: begun.arn, status, stopDate } }];
}
