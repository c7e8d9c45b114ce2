import { type Act, type Asked, say } from './fake-prometheus.ts';
import type { Fleet } from './fleet.ts';

/** How an instance serves while it runs a version: each second the same. */
export interface Behaviour {
  /** Requests a second. */
  readonly rate: number;
  /** Shares from 0 to 1. */
  readonly errors?: number;
  /** Of requests that take longer than 100 ms; the others are faster. */
  readonly slow?: number;
}

interface Run {
  readonly instance: string;
  readonly version: string;
  readonly since: number;
  until: number;
}

/**
 * Answers as a Prometheus that has scraped a fleet ever since: what is counted depends on how long each instance ran which version, and
 * on nothing else. Absolute checks are answered by `answerTo`. It knows nothing of the last `behind` seconds.
 */
export function countFleet(
  fleet: Fleet,
  behave: (version: string, name: string) => Behaviour | undefined,
  answerTo: (query: string) => number | null = () => null,
  behind = 0,
): Act {
  const runs = new Map<string, Run>();
  const note = () => {
    const now = Date.now() / 1000;
    for (const name of fleet.names) {
      const version = fleet.versionOf(name) ?? '';
      const last = runs.get(name);
      if (last?.version === version) continue;
      runs.set(name, {
        instance: fleet.idOf(name),
        version,
        since: last ? now : now - 3600,
        until: Number.POSITIVE_INFINITY,
      });
      if (last) {
        last.until = now;
        runs.set(`${name} ${last.version}`, last);
      }
    }
  };
  note();
  const report = fleet.report;
  fleet.report = async (name, more) => {
    const told = await report(name, more);
    note();
    return told;
  };
  const answerOne = ({ form: { query = '', time } }: Asked, newest: number) => {
    if (query === 'max(timestamp(up))') return answer(newest);
    return answer(Number(time) <= newest + 1 ? answerTo(query) : null);
  };
  return (response, asked) => {
    note();
    const isRange = asked.path.endsWith('query_range');
    const newest = Date.now() / 1000 - behind;
    const result = isRange ? countAll([...runs.values()], fleet, behave, asked, newest) : answerOne(asked, newest);
    say(200, { status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } })(response, asked);
  };
}

function answer(value: number | null) {
  return value === null ? [] : [{ metric: {}, value: [Date.now() / 1000, String(value)] }];
}

function countAll(
  runs: readonly Run[],
  fleet: Fleet,
  behave: (version: string, name: string) => Behaviour | undefined,
  { form }: Asked,
  newest: number,
) {
  const [start, end, step] = [Number(form['start']), Number(form['end']), Number(form['step'])];
  const query = form['query'] ?? '';
  return runs.flatMap(run => {
    const { instance, version } = run;
    const does = behave(version, instance.slice(fleet.service.length + 1));
    if (!does) return [];
    const series = (labels: object, share: number) => {
      const values: [number, string][] = [];
      for (let time = start; time <= end + 1e-6; time += step) {
        // As far back as the last sample, a Prometheus takes it for what there is now.
        const sampled = Math.min(time, newest);
        if (sampled < run.since || sampled > run.until) continue;
        values.push([time, String(Math.floor((sampled - run.since) * does.rate * share + 1e-6))]);
      }
      return { metric: { instance, version, ...labels }, values };
    };
    const { errors = 0, slow = 0 } = does;
    if (query.includes('_bucket')) {
      return [
        series({ le: '0.05' }, (1 - slow) / 2),
        series({ le: '0.1' }, 1 - slow),
        series({ le: '1' }, 1),
        series({ le: '+Inf' }, 1),
      ];
    }
    if (query.includes('code=')) return errors > 0 ? [series({}, errors)] : [];
    return [series({}, 1)];
  });
}
