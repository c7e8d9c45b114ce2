import { Refusal } from '#domain/refusal.ts';

/** Why Prometheus gave no answer that can be used. */
export type ProviderErrorKind =
  /** There is none. */
  | 'notConfigured'
  /** No connection, or one that broke. */
  | 'unreachable'
  | 'timedOut'
  /** It does not take the query. */
  | 'refused'
  /** It answered something else than an answer: an error of its own, a redirect, another program's page. */
  | 'failed'
  | 'tooLarge'
  /** It answered, but not one number where one is meant, or no counters of instances. */
  | 'unusable';

/** Never a verdict: it says nothing about what was to be measured. */
export class ProviderError extends Refusal {
  readonly kind: ProviderErrorKind;

  constructor(kind: ProviderErrorKind, message: string) {
    super(kind === 'notConfigured' ? 'metricsNotConfigured' : 'metricsUnavailable', message);
    this.name = 'ProviderError';
    this.kind = kind;
  }
}
