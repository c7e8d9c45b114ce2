import { median } from './robust.ts';
import type { Row } from './trace.ts';

/** The chance that looks without a request are nothing but chance, as a logarithm, below which they are silence. */
const unbelievable = 15;
/** Fewer looks may be an instance that is not yet asked. */
const fewest = 3;

/** Tells an updated instance that serves nothing, although requests were to be expected, from one that has none to serve. */
export class Silence {
  readonly #past = new Map<number, { looks: number; requests: number; empty: number }>();
  readonly #silent = new Map<number, { looks: number; surprise: number }>();
  #traffic = 1;

  /** The instances that have gone silent by this look. */
  look(rows: readonly Row[]): readonly number[] {
    const old = rows.filter(({ age }) => age < 0);
    const known = old.flatMap(({ instance, requests }) => {
      const past = this.#past.get(instance);
      return past && past.requests > 0 ? [(requests * past.looks) / past.requests] : [];
    });
    // A silent one among the others, or one that takes what others leave, says nothing of all.
    if (known.length > 0)
      this.#traffic = Math.min(1, known.reduce((sum, of) => sum + Math.min(of, 2), 0) / known.length);
    const usual = median([...this.#past.values()].map(({ looks, requests }) => requests / looks));
    const chanceOfNone = median([...this.#past.values()].map(({ looks, empty }) => (empty + 0.5) / (looks + 1)));
    const gone: number[] = [];
    for (const { instance, age, requests } of rows) {
      if (age < 0) this.#remember(instance, requests);
      else if (requests > 0) this.#silent.delete(instance);
      else {
        const past = this.#past.get(instance);
        const expected = (past ? past.requests / past.looks : usual) * this.#traffic;
        const none = past ? (past.empty + 0.5) / (past.looks + 1) : chanceOfNone;
        const before = this.#silent.get(instance) ?? { looks: 0, surprise: 0 };
        const now = {
          looks: before.looks + 1,
          surprise: before.surprise + Math.min(expected, this.#past.size > 0 ? -Math.log(none) : 0),
        };
        this.#silent.set(instance, now);
        if (now.looks >= fewest && now.surprise >= unbelievable) gone.push(instance);
      }
    }
    return gone;
  }

  #remember(instance: number, requests: number): void {
    const past = this.#past.get(instance) ?? { looks: 0, requests: 0, empty: 0 };
    past.looks++;
    past.requests += requests;
    if (requests === 0) past.empty++;
    this.#past.set(instance, past);
  }
}
