import { type CommonRate, commonRate } from './common-rate.ts';
import type { CountLook } from './count-evidence.ts';
import { type CountModel, type CountRow, meanFactor } from './counts.ts';

/** What befalls all changes rates by so much (a variance, relative to the square) where others have too few requests to show it. */
const unnoticed = { variance: 0.6, requests: 50 };

/** What the others say of a look, and how far they can be believed to have noticed what befell all. */
export function compareCounts(rows: readonly CountRow[], model: CountModel): CountLook {
  const others = rows.filter(({ isNew }) => !isNew);
  const common = commonRate(
    others.filter(({ instance }) => !model.outlying.has(instance)),
    model,
  );
  const requests = others.reduce((sum, of) => sum + of.requests, 0);
  const doubt = (unnoticed.variance * unnoticed.requests) / (unnoticed.requests + requests);
  return {
    rows: rows.filter(({ isNew }) => isNew),
    others,
    common: { ...common, variance: common.variance + doubt },
    isAlone: others.length === 0,
  };
}

/** What the past and the others let expect of a row. */
export function usualCount({ instance, exposure }: CountRow, { factor }: CommonRate, model: CountModel): number {
  return exposure * model.rate * meanFactor(model.factors.get(instance)) * factor;
}
