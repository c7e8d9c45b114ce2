import * as fc from 'fast-check';

const versions = ['v1', 'v2', 'v3'] as const;
const INSTANCES = 5;

/** Times are short, so that deadlines pass while others act. */
const common = { graceSeconds: 0.2, batchTimeoutSeconds: 2 };
const strategies = [
  { type: 'allAtOnce', ...common },
  { type: 'rolling', batchSize: 1, ...common },
  { type: 'rolling', batchSize: 2, bakeSeconds: 0.3, ...common },
  { type: 'rolling', batchSize: '50%', maxFailures: 1, ...common, onFailure: 'pause' },
  { type: 'canary', steps: [{ weight: 30, gate: true }, { weight: 60 }], ...common },
] as const;

/** What someone does; instances and deployments are counted, and taken modulo how many there are. */
export type Action =
  | { readonly kind: 'release'; readonly version: string; readonly strategy: object; readonly inMs: number | undefined }
  | { readonly kind: 'command'; readonly command: 'pause' | 'continue' | 'rollback'; readonly back: number }
  | { readonly kind: 'remove'; readonly back: number }
  | ({ readonly kind: 'report'; readonly instance: number } & ReportSettings)
  | { readonly kind: 'obey' }
  | { readonly kind: 'join'; readonly version: string | null }
  | { readonly kind: 'leave'; readonly instance: number }
  | { readonly kind: 'deleteService' }
  | { readonly kind: 'reconcile' }
  | { readonly kind: 'atOnce'; readonly actions: readonly Action[] };

export interface ReportSettings {
  /** `told`: the one that it was told last. */
  readonly version: string | null;
  readonly health: 'normal' | 'warning' | 'error';
  readonly outcome: 'succeeded' | 'failed' | undefined;
  /** Relative to its last one; undefined: it counts none. */
  readonly sequence: -1 | 1 | undefined;
}

const instance = fc.nat(INSTANCES - 1);
/** The latest is 0. */
const back = mostly(0, 1, 2);

/** Releases get somewhere only if most goes well. */
function mostly<const T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const report: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('report'),
  instance,
  version: mostly<string | null>('told', null, ...versions),
  health: mostly('normal', 'warning', 'error'),
  outcome: mostly(undefined, 'succeeded', 'failed'),
  sequence: mostly(1, undefined, -1),
});

const single: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Action>({ kind: 'obey' }) },
  { weight: 6, arbitrary: report },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('release'),
      version: fc.constantFrom(...versions),
      strategy: fc.constantFrom(...strategies),
      inMs: mostly(undefined, 100, 3_600_000),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('command'),
      command: fc.constantFrom('pause', 'pause', 'continue', 'continue', 'rollback'),
      back,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('join'), version: fc.constantFrom(null, ...versions) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave'), instance }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), back }) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: 'deleteService' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: 'reconcile' }) },
);

const atOnce: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('atOnce'),
  actions: fc.array(single, { minLength: 2, maxLength: 4 }),
});

export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof({ weight: 4, arbitrary: single }, { weight: 1, arbitrary: atOnce }),
  { minLength: 5, maxLength: 40, size: 'max' },
);
