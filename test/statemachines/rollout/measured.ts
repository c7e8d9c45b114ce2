import { type Act, type FakePrometheus, say, startFakePrometheus } from '../../support/fake-prometheus.ts';

/**
 * A Prometheus in which each instance of every service serves 100 requests a second, whatever its version, and nothing is ordered. It
 * keeps nothing, so that whoever asks twice is told the same.
 */
export async function startMeasured(): Promise<FakePrometheus> {
  const prometheus = await startFakePrometheus();
  prometheus.answer(answer);
  return prometheus;
}

const answer: Act = (response, asked) => {
  const { query = '' } = asked.form;
  const isRange = asked.path.endsWith('query_range');
  const result = isRange ? countRequests(asked.form) : [{ metric: {}, value: [0, '0'] }];
  const data = { resultType: isRange ? 'matrix' : 'vector', result: query.includes('code=') ? [] : result };
  say(200, { status: 'success', data })(response, asked);
};

function countRequests({ query = '', ...form }: Readonly<Record<string, string>>) {
  const [start, end, step] = [Number(form['start']), Number(form['end']), Number(form['step'])];
  const service = /service=~"([\w-]+)"/.exec(query)?.[1];
  const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, at) => start + at * step);
  const buckets = query.includes('_bucket') ? [{ le: '0.1' }, { le: '+Inf' }] : [{}];
  return ['i001', 'i002'].flatMap(name =>
    buckets.map(labels => ({
      metric: { instance: `${service}.${name}`, ...labels },
      values: times.map(time => [time, String(Math.round(100 * (time % 1e6)))]),
    })),
  );
}
