import { envIfSet, envNumber } from '../env.ts';
import { findPatience } from '../patience.ts';
import { askServer } from './ask-server.ts';
import { ProviderError } from './provider-error.ts';

/** A call of Prometheus' HTTP API. */
export interface Question {
  readonly operation: 'query' | 'query_range';
  readonly parameters: Readonly<Record<string, string>>;
  readonly atMostBytes: number;
}

/** What whoever asks it is given too. */
export interface TimedQuestion extends Question {
  readonly timeoutMs: number;
}

/** An answer whose status is `success`. */
export interface Told {
  readonly text: string;
  /** What the text says. */
  readonly body: unknown;
}

const longestMs = 1000 * envNumber('PROMETHEUS_TIMEOUT_SECONDS');
const functionName = envIfSet('PROMETHEUS_FUNCTION');
const url = envIfSet('PROMETHEUS_URL');
const isSigned = envIfSet('PROMETHEUS_SIGNED') === 'true';
const token = envIfSet('PROMETHEUS_BEARER_TOKEN');

const howTo =
  'No Prometheus is configured. Locally, PROMETHEUS_URL or `npm start -- --prometheus-url` names one; in AWS, the context keys ' +
  'prometheus=managed, prometheusUrl, or prometheusUrl with prometheusVpc do.';

/**
 * Asks Prometheus, wherever it is, within PROMETHEUS_TIMEOUT_SECONDS, or what is left of the time of the request at hand.
 * @throws ProviderError
 */
export async function ask(question: Question): Promise<Told> {
  const timed = { ...question, timeoutMs: chooseTimeoutMs() };
  if (functionName !== undefined) {
    // Loaded where it is needed: few have their server in a network of its own.
    const { askFunction } = await import('./ask-function.ts');
    return askFunction(functionName, timed);
  }
  if (url === undefined) throw new ProviderError('notConfigured', howTo);
  return askServer({ url, token, isSigned }, timed);
}

/** API Gateway waits 29 s for all of a request, of which the database may have taken 20. */
const afterPatienceMs = 6_000;

/** What is worth a try. */
const leastMs = 500;

function chooseTimeoutMs(): number {
  const restMs = findPatience().until + afterPatienceMs - Date.now();
  return Math.max(leastMs, Math.min(longestMs, restMs));
}
