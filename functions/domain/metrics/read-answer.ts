export type Labels = Readonly<Record<string, string>>;

export interface Series {
  readonly labels: Labels;
  /** Epoch seconds and what it was then; a vector has one. */
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** What Prometheus answers to a query; a scalar is a series without labels. */
export interface PrometheusAnswer {
  readonly type: 'matrix' | 'vector' | 'scalar';
  readonly series: readonly Series[];
}

/** Reads the parsed body of `query` or `query_range`; undefined: it is no answer of Prometheus, or one of a kind that has no numbers. */
export function readAnswer(body: unknown): PrometheusAnswer | undefined {
  const data = member(body, 'status') === 'success' ? member(body, 'data') : undefined;
  const type = member(data, 'resultType');
  const result = member(data, 'result');
  if (type === 'scalar') {
    const point = readPoint(result);
    return point && { type, series: [{ labels: {}, points: [point] }] };
  }
  if ((type !== 'vector' && type !== 'matrix') || !Array.isArray(result)) return undefined;
  const series = result.map(one => readSeries(one, type));
  return series.includes(undefined) ? undefined : { type, series: series.filter(one => one !== undefined) };
}

/** Whether it is an answer to `query_range`, of whatever. */
export function isMatrix(body: unknown): boolean {
  const data = member(body, 'data');
  return member(data, 'resultType') === 'matrix' && Array.isArray(member(data, 'result'));
}

function readSeries(value: unknown, type: 'vector' | 'matrix'): Series | undefined {
  const labels = member(value, 'metric');
  const listed = type === 'vector' ? [member(value, 'value')] : member(value, 'values');
  if (typeof labels !== 'object' || labels === null || !Array.isArray(listed)) return undefined;
  const points = listed.map(readPoint);
  return points.includes(undefined)
    ? undefined
    : { labels: labels as Labels, points: points.filter(point => point !== undefined) };
}

function readPoint(value: unknown): readonly [number, number] | undefined {
  const [time, text]: unknown[] = Array.isArray(value) ? value : [];
  return typeof time === 'number' && typeof text === 'string' ? [time, readNumber(text)] : undefined;
}

/** As Prometheus writes numbers, in values and in the label `le`. */
export function readNumber(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

/** What an error of Prometheus says of itself. */
export function readError(body: unknown): { readonly type: string; readonly message: string } | undefined {
  const [type, message] = [member(body, 'errorType'), member(body, 'error')];
  return typeof type === 'string' && typeof message === 'string' ? { type, message } : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
