import type { EventDetails } from '../history.ts';
import type { Cancellation } from './cancellation.ts';
import { Cancelled } from './failure.ts';
import type { Run } from './run.ts';
import { Scope } from './scope.ts';
import type { Visit } from './visit.ts';

/** The item that a Map's iteration works on, as the context object shows it. */
export interface MapItem {
  readonly Index: number;
  readonly Value: unknown;
}

interface Place {
  readonly outer?: Branch;
  readonly cancellation?: Cancellation;
  readonly item?: MapItem | undefined;
  readonly last?: number;
}

/** One line of control: the execution itself, a branch of a Parallel, an iteration of a Map. */
export class Branch {
  readonly run: Run;
  readonly scope: Scope;
  readonly cancellation: Cancellation;
  readonly item: MapItem | undefined;
  /** The event that the next one follows. */
  last: number;
  /** The state it is in, if any. */
  visit: Visit | undefined;

  readonly #isInner: boolean;

  constructor(run: Run, place: Place = {}) {
    this.run = run;
    this.#isInner = place.outer !== undefined;
    this.scope = new Scope(place.outer?.scope);
    this.cancellation = place.cancellation ?? place.outer?.cancellation ?? run.cancellation;
    this.item = place.item ?? place.outer?.item;
    this.last = place.last ?? place.outer?.last ?? 0;
  }

  /** Records what this branch did; its next event follows this one. */
  record(type: string, details?: EventDetails): number {
    this.last = this.run.history.append(type, this.last, details);
    return this.last;
  }

  /** Records something beside the line of events. */
  note(type: string, details?: EventDetails, previous: number = this.last): number {
    return this.run.history.append(type, previous, details);
  }

  /** Waits for something outside while other branches go on. @throws Cancelled as soon as the branch is cancelled */
  async wait<T>(outside: Promise<T>): Promise<T> {
    this.run.baton.pass();
    let leave = (): void => undefined;
    const cancelled = new Promise<never>((_resolve, reject) => {
      leave = this.cancellation.onCancel(() => reject(new Cancelled()));
    });
    try {
      return await Promise.race([outside, cancelled]);
    } finally {
      leave();
      await this.run.baton.take();
      this.cancellation.throwIfCancelled();
    }
  }

  /** Lets what happens at the same moment in other branches be recorded first. */
  async letOthersRecord(): Promise<void> {
    if (this.#isInner) await this.wait(new Promise<void>(resolve => setImmediate(resolve)));
  }

  /** Lets branches that are ready decide first. */
  async yield(): Promise<void> {
    if (!this.run.baton.contended) return;
    const turn = this.run.baton.take();
    this.run.baton.pass();
    await turn;
    this.cancellation.throwIfCancelled();
  }
}
