import type { Range } from '#domain/metrics/range.ts';
import { isMatrix, type PrometheusAnswer, readAnswer, type Series } from '#domain/metrics/read-answer.ts';
import { ask, type Told } from './ask.ts';
import { ProviderError } from './provider-error.ts';
import { tooLarge } from './send-request.ts';

/** A look at a thousand instances, each with a dozen buckets. */
const atMostBytes = 32_000_000;

/** A Lambda answers 6 MB at most, of JSON in which this is a string. */
const answerAtMost = 5_900_000;

/** One instant; without `time`, Prometheus' own now. @throws ProviderError */
export async function query(promql: string, time?: number): Promise<PrometheusAnswer> {
  const parameters = { query: promql, ...(time === undefined ? {} : { time: String(time) }) };
  return read(await ask({ operation: 'query', parameters, atMostBytes }));
}

/** The text of Prometheus' answer, as it is. @throws ProviderError */
export async function queryRangeText(promql: string, range: Range): Promise<string> {
  const { text, body } = await ask({
    operation: 'query_range',
    parameters: rangeParameters(promql, range),
    atMostBytes: answerAtMost,
  });
  if (!isMatrix(body)) throw noNumbers();
  if (Buffer.byteLength(JSON.stringify(text)) > answerAtMost) throw tooLarge(answerAtMost);
  return text;
}

/** @throws ProviderError */
export async function queryRange(promql: string, range: Range): Promise<readonly Series[]> {
  return read(await ask({ operation: 'query_range', parameters: rangeParameters(promql, range), atMostBytes })).series;
}

function rangeParameters(promql: string, { start, end, step }: Range): Readonly<Record<string, string>> {
  return { query: promql, start: String(start), end: String(end), step: String(step) };
}

function read({ body }: Told): PrometheusAnswer {
  const answer = readAnswer(body);
  if (!answer) throw noNumbers();
  return answer;
}

function noNumbers(): ProviderError {
  return new ProviderError('unusable', 'Prometheus answered with something else than numbers.');
}
