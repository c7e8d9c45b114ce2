import { envIfSet } from '../env.ts';
import { askServer } from './ask-server.ts';
import { ProviderError } from './provider-error.ts';

/** A call of Prometheus' HTTP API. */
export interface Question {
  readonly operation: 'query' | 'query_range';
  readonly parameters: Readonly<Record<string, string>>;
  readonly atMostBytes: number;
}

/** An answer whose status is `success`. */
export interface Told {
  readonly text: string;
  /** What the text says. */
  readonly body: unknown;
}

const functionName = envIfSet('PROMETHEUS_FUNCTION');
const url = envIfSet('PROMETHEUS_URL');
const isSigned = envIfSet('PROMETHEUS_SIGNED') === 'true';
const token = envIfSet('PROMETHEUS_BEARER_TOKEN');

const howTo =
  'No Prometheus is configured. Locally, PROMETHEUS_URL or `npm start -- --prometheus-url` names one; in AWS, the context keys ' +
  'prometheus=managed, prometheusUrl, or prometheusUrl with prometheusVpc do.';

/**
 * Asks Prometheus, wherever it is, within PROMETHEUS_TIMEOUT_SECONDS.
 * @throws ProviderError
 */
export async function ask(question: Question): Promise<Told> {
  if (functionName !== undefined) {
    // Loaded where it is needed: few have their server in a network of its own.
    const { askFunction } = await import('./ask-function.ts');
    return askFunction(functionName, question);
  }
  if (url === undefined) throw new ProviderError('notConfigured', howTo);
  return askServer({ url, token, isSigned }, question);
}
