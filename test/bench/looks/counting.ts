import { type Act, say } from '../../support/fake-prometheus.ts';

const requestsASecond = 20;

/** Upper bounds of the buckets, with the share of requests that are at most as slow. */
const shares = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'].map(
  (le, at) => [le, Math.min(1, (at + 1) / 8)] as const,
);

/**
 * A Prometheus in which each instance serves as many requests as any other, under the version that it runs.
 * @param updated when each changed to the new version, in seconds since the epoch
 */
export function countInstances(
  ids: readonly string[],
  oldVersion: string,
  newVersion: string,
  updated: ReadonlyMap<string, number>,
): Act {
  return (response, asked) => {
    const [start, end, step] = ['start', 'end', 'step'].map(name => Number(asked.form[name])) as [
      number,
      number,
      number,
    ];
    const query = asked.form['query'] ?? '';
    const isRange = asked.path.endsWith('query_range');
    const labelled = query.includes('_bucket') ? shares : query.includes('code=') ? [] : [[undefined, 1] as const];
    const result = ids.flatMap(instance => {
      const change = updated.get(instance) ?? Number.POSITIVE_INFINITY;
      return [oldVersion, newVersion].flatMap(version =>
        labelled.map(([le, share]) => {
          const values: [number, string][] = [];
          for (let time = start; time <= end; time += step) {
            const isNew = time >= change;
            if (isNew !== (version === newVersion)) continue;
            const since = isNew ? time - change : time % 100_000;
            values.push([time, String(Math.floor(since * requestsASecond * share))]);
          }
          return { metric: { instance, version, ...(le !== undefined && { le }) }, values };
        }),
      );
    });
    const data = isRange
      ? { resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) }
      : { resultType: 'vector', result: [{ metric: {}, value: [0, '0'] }] };
    say(200, { status: 'success', data })(response, asked);
  };
}
