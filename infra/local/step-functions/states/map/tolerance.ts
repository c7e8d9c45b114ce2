import { runtimeFailure } from '../../interpreter/failure.ts';
import type { Visit } from '../../interpreter/visit.ts';
import { entered } from '../../queries/results.ts';

/** How many children of a Map Run may fail; without either, none. */
export interface Tolerance {
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

/** @throws States.Runtime, or EvaluationFailure */
export async function readTolerance(visit: Visit): Promise<Tolerance> {
  const count = await visit.queries.number(visit, 'ToleratedFailureCount');
  const percentage = await visit.queries.number(visit, 'ToleratedFailurePercentage');
  if ((count ?? 0) < 0) throw runtimeFailure(`${entered(visit)}ToleratedFailureCount cannot be negative.`);
  if ((percentage ?? 0) < 0 || (percentage ?? 0) > 100) {
    throw runtimeFailure(`${entered(visit)}ToleratedFailurePercentage must be between 0 and 100.`);
  }
  return { count, percentage };
}
