import type { Facts } from '../../functions/domain/facts.ts';
import { completeStrategy } from '../../functions/domain/strategy.ts';

/** Of a release that has a plan of two batches, and has begun none. */
export const facts: Facts = {
  deployID: 'd',
  service: 's',
  version: 'v2',
  status: 'deploying',
  generation: 1,
  revision: 7,
  strategy: completeStrategy({ type: 'rolling', batchSize: 5 }),
  analysis: null,
  look: null,
  planned: true,
  total: 10,
  failures: 0,
  failure: null,
  scheduleRest: null,
  batchCount: 2,
  plannable: null,
  batch: null,
  undo: null,
  notReturned: null,
  onAlert: 'pause',
  alert: null,
  overdue: 0,
  dueRest: null,
};
