/** The Amazon States Language as parsed JSON. A definition is validated before it gets here. */

export type QueryLanguage = 'JSONata' | 'JSONPath';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** What says which data leaves: on a state, a catcher, or a rule of a Choice. */
export interface Outcome {
  readonly Next?: string;
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output?: unknown;
  readonly ResultPath?: string | null;
}

export interface Catcher extends Outcome {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

export interface ChoiceRule extends Outcome {
  readonly Condition?: unknown;
  readonly Variable?: string;
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  /** The JSONPath comparison, such as `StringEquals` or `NumericLessThanPath`. */
  readonly [operator: string]: unknown;
}

export interface Flow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Processor extends Flow {
  readonly ProcessorConfig?: { readonly Mode?: 'INLINE' | 'DISTRIBUTED'; readonly ExecutionType?: string };
}

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

export interface State extends Outcome {
  readonly Type: StateType;
  readonly QueryLanguage?: QueryLanguage;
  readonly End?: boolean;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Resource?: string;
  readonly Credentials?: unknown;
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Branches?: readonly Flow[];
  readonly ItemProcessor?: Processor;
  readonly Iterator?: Processor;
  readonly Label?: string;
  /** The fields that hold a query or a template: `Arguments`, `Seconds`, `ItemSelector`, … */
  readonly [field: string]: unknown;
}

export interface Machine extends Flow {
  readonly QueryLanguage?: QueryLanguage;
  readonly TimeoutSeconds?: number;
}

/** @param definition a text that validated */
export const parseDefinition = (definition: string): Machine => JSON.parse(definition);
