import { request } from '../../cli/api.ts';
import type { Deployment } from '../../cli/deployment.ts';
import { listAll } from '../../cli/list.ts';
import { measuredVersions } from '../measured.ts';
import { checkVersions, listPlanned } from '../observe.ts';
import { follow, release } from '../release.ts';
import type { Stage } from '../stage.ts';
import { check, say, sayTitle } from '../story.ts';

const strategy = { type: 'rolling', batchSize: '25%' };

/** Looks as often as a Prometheus that scrapes each second has something new. */
const analysis = { interval: 1 };

export async function showMeasured(stage: Stage): Promise<void> {
  const { slow } = measuredVersions;
  sayTitle(`4. Judged by what is measured: ${slow} of ${stage.service} is well but 40 % slower; nobody intervenes`);
  say(`  now: ${await describeNow(stage)}`);
  const deployment = await release(stage, slow, strategy, { analysis });
  const ended = await follow(
    stage,
    deployment,
    ({ status }) => status === 'rolledBack',
    () => listEffects(stage, deployment),
  );

  const planned = await listPlanned(stage, deployment);
  const strays = planned.filter(({ batch, toldTime }) => batch > 0 && toldTime !== undefined);
  check(
    strays.length === 0,
    `only the first batch had it: ${ended.reason}`,
    `${strays.map(({ id }) => id).join(', ')} were told too`,
  );
  await checkVersions(stage, measuredVersions.first);
}

interface Stats {
  readonly summary: { readonly metrics: readonly { readonly name: string; readonly value: number | null }[] };
}

/** As the API tells it: `latency 55 ms, errors 0.2 %`. */
async function describeNow({ api, service }: Stage): Promise<string> {
  const { summary } = await request<Stats>(api, 'GET', `/services/${service}/metricStats`);
  const measured = (wanted: string) => summary.metrics.find(({ name }) => name === wanted)?.value?.toPrecision(2);
  return `latency ${measured('latency')} ms, errors ${measured('errorRatio')} %`;
}

interface Look {
  readonly number: number;
  readonly checks: readonly {
    readonly effect?: number | null;
    readonly interval?: readonly [number | null, number | null];
  }[];
}

/** A line for each look that could tell: by how much the first thing that is checked, the latency, has changed. */
async function listEffects({ api }: Stage, { id }: Deployment): Promise<readonly string[]> {
  const looks = await listAll<Look>(api, `/deployments/${id}/looks`);
  return looks.flatMap(({ number, checks: [latency] }) => {
    const [low, high] = latency?.interval ?? [];
    if (typeof latency?.effect !== 'number' || typeof low !== 'number' || typeof high !== 'number') return [];
    return [`  look ${number} sees a latency ${percent(latency.effect)} (${percent(low)} to ${percent(high)})`];
  });
}

/** As `+91 %`. */
function percent(share: number): string {
  return `${share < 0 ? '' : '+'}${Math.round(share * 100)} %`;
}
