/** How a deployment goes about it. Times are in seconds. */
interface Common {
  readonly batchTimeoutSeconds: number;
  readonly graceSeconds: number;
  /** In the whole deployment. */
  readonly maxFailures: number;
  readonly onFailure: 'rollback' | 'pause';
}

export interface CanaryStep {
  /** Cumulative share of the instances, in per cent. */
  readonly weight: number;
  readonly bakeSeconds: number;
  /** After its bake it waits for a person. */
  readonly gate: boolean;
}

export type Strategy =
  | (Common & { readonly type: 'rolling'; readonly batchSize: number | `${number}%`; readonly bakeSeconds: number })
  | (Common & { readonly type: 'canary'; readonly steps: readonly CanaryStep[] })
  | (Common & { readonly type: 'allAtOnce' });

type StrategyType = Strategy['type'];

/** A strategy as asked for: a name, or an object whose settings have been checked one by one. */
export type StrategyInput = StrategyType | StrategySettings;

export interface StrategySettings {
  readonly type: StrategyType;
  readonly batchSize?: number | string | undefined;
  readonly bakeSeconds?: number | undefined;
  readonly steps?:
    | readonly { weight: number; bakeSeconds?: number | undefined; gate?: boolean | undefined }[]
    | undefined;
  readonly batchTimeoutSeconds?: number | undefined;
  readonly graceSeconds?: number | undefined;
  readonly maxFailures?: number | undefined;
  readonly onFailure?: 'rollback' | 'pause' | undefined;
}

const commonDefaults: Common = {
  batchTimeoutSeconds: 600,
  graceSeconds: 10,
  maxFailures: 0,
  onFailure: 'rollback',
};

export const defaultCanarySteps: readonly CanaryStep[] = [
  { weight: 10, bakeSeconds: 60, gate: false },
  { weight: 50, bakeSeconds: 60, gate: false },
  { weight: 100, bakeSeconds: 0, gate: false },
];

/** Fills in the defaults: what is stored, shown, and turned into a plan. */
export function completeStrategy(input: StrategyInput = 'rolling'): Strategy {
  const settings: StrategySettings = typeof input === 'string' ? { type: input } : input;
  const common: Common = {
    batchTimeoutSeconds: settings.batchTimeoutSeconds ?? commonDefaults.batchTimeoutSeconds,
    graceSeconds: settings.graceSeconds ?? commonDefaults.graceSeconds,
    maxFailures: settings.maxFailures ?? commonDefaults.maxFailures,
    onFailure: settings.onFailure ?? commonDefaults.onFailure,
  };
  switch (settings.type) {
    case 'rolling':
      return {
        type: 'rolling',
        batchSize: (settings.batchSize ?? '25%') as number | `${number}%`,
        bakeSeconds: settings.bakeSeconds ?? 0,
        ...common,
      };
    case 'canary':
      return { type: 'canary', steps: completeSteps(settings.steps), ...common };
    case 'allAtOnce':
      return { type: 'allAtOnce', ...common };
  }
}

function completeSteps(steps: StrategySettings['steps']): readonly CanaryStep[] {
  if (!steps) return defaultCanarySteps;
  const given = steps.map(({ weight, bakeSeconds = 0, gate = false }) => ({ weight, bakeSeconds, gate }));
  return given.at(-1)?.weight === 100 ? given : [...given, { weight: 100, bakeSeconds: 0, gate: false }];
}

/** What follows a batch, before the next: watching time in seconds, and whether it then waits for a person. */
export interface AfterBatch {
  readonly bakeSeconds: number;
  readonly gate: boolean;
}
