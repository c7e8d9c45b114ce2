import { environmentNames, environments } from '../../infra/aws/environments.ts';
import { defaultSettings } from '../../infra/settings.ts';
import { synthesise } from '../infra/synthesise.ts';
import { findResources } from '../infra/template.ts';
import { listIdleCosts } from './costs/idle.ts';
import { batches, instances, measureUsages, type Usages } from './costs/measure.ts';
import { prices } from './costs/prices.ts';
import { costOfUsage } from './costs/usage.ts';
import type { Figure } from './figure.ts';

const fleets = [100, 1_000, 10_000, 100_000];
const rates = [10, 50, 200];

/**
 * What the product costs in dollars at list prices: idle by environment, for a fleet's reports, and for a thousand releases. Counted
 * in the synthesised templates and in what a release, a report and a run of the reconciler use here; a millisecond here is
 * taken for one of Lambda's.
 */
export async function measureCosts(): Promise<Figure[]> {
  const usages = await measureUsages();
  const idle: Figure[] = [];
  let memoryMB = 0;
  for (const env of environmentNames.filter(name => name !== 'local')) {
    const templates = await synthesise(env);
    const lines = listIdleCosts(templates, usages);
    for (const { what, dollars } of lines)
      idle.push({ name: `${env}, idle: ${what}`, value: dollars, unit: '$ a month' });
    idle.push({ name: `${env}, idle`, value: sum(lines.map(({ dollars }) => dollars)), unit: '$ a month' });
    memoryMB = Math.max(
      ...findResources(templates.stateless, 'AWS::Lambda::Function')
        // What is measured is not judged.
        .filter(([, { Properties }]) => !String(Properties['FunctionName']).endsWith('-JudgeBatch'))
        .map(([, { Properties }]) => Number(Properties['MemorySize'])),
    );
  }
  return [...idle, ...describeReports(usages, memoryMB), ...describeReleases(usages, memoryMB)];
}

/** A database that is reported to does not pause: that is what the idle cost of `prod` is for. */
function describeReports({ report }: Usages, memoryMB: number): Figure[] {
  const traced = environments.prod.tracedReports ?? 1;
  const each = prices.apiGatewayRequest + costOfUsage(report, memoryMB) + traced * prices.traceRecorded;
  const figures: Figure[] = [
    { name: 'a report: Data API calls', value: report.endpoints.calls, unit: 'calls' },
    { name: 'a report: duration here', value: report.endpoints.ms, unit: 'ms' },
    { name: 'a million reports', value: each * 1e6, unit: '$' },
  ];
  for (const fleet of fleets) {
    for (const rate of rates) {
      const seconds = Math.max(defaultSettings.reportSlowSeconds, fleet / (rate / 2));
      const name = `reports of ${fleet.toLocaleString('en')} instances at rate ${rate}, each every ${seconds} s`;
      figures.push({ name, value: ((fleet * 86_400) / seconds) * each, unit: '$ a day' });
    }
  }
  return figures;
}

function describeReleases({ release }: Usages, memoryMB: number): Figure[] {
  const { tasks, endpoints, transitions, publications, logBytes } = release;
  const what = `a release of ${instances} instances in ${batches} batches`;
  return [
    { name: `${what}: states entered`, value: transitions, unit: 'transitions' },
    { name: `${what}: tasks`, value: tasks.invocations, unit: 'invocations' },
    { name: `${what}: duration of its tasks here`, value: tasks.ms, unit: 'ms' },
    { name: `${what}: Data API calls beside its reports`, value: tasks.calls + endpoints.calls, unit: 'calls' },
    { name: `${what}: events published`, value: publications, unit: 'events' },
    { name: `${what}: logs`, value: logBytes / 1000, unit: 'KB' },
    {
      name: 'a thousand such releases',
      value: 1000 * (prices.apiGatewayRequest + costOfUsage(release, memoryMB)),
      unit: '$',
    },
  ];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
