import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureAlerts } from './alerts.ts';
import { measureCalls } from './calls.ts';
import { measureCosts } from './costs.ts';
import { measureDeploy } from './deploy.ts';
import { exceedsLimit, type Figure } from './figure.ts';
import { measureInit } from './init.ts';
import { measureListing } from './list-services.ts';
import { measureLooks } from './looks.ts';
import { measureRelease } from './release.ts';
import { measureReports } from './reports.ts';
import { measureStored } from './stored.ts';

const usage = `npm run bench -- [options]

  --only NAME   one of them: init, calls, costs, release, looks, alerts, reports, listing, stored, deploy
  --json FILE   write the figures to FILE too
  --check       exit code 1 if a figure is over its limit`;

const benchmarks: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  init: measureInit,
  calls: measureCalls,
  costs: measureCosts,
  release: measureRelease,
  looks: measureLooks,
  alerts: measureAlerts,
  reports: measureReports,
  listing: measureListing,
  stored: measureStored,
  deploy: measureDeploy,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const names = values.only === undefined ? Object.keys(benchmarks) : [values.only];
if (values.help || names.some(name => !benchmarks[name])) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

const figures: Figure[] = [];
for (const name of names) {
  console.log(`\n${name}`);
  const measured = (await benchmarks[name]?.()) ?? [];
  for (const figure of measured) console.log(format(figure));
  figures.push(...measured);
}
if (values.json !== undefined) {
  const written = figures.map(({ name, value, unit, limit }) => ({
    name,
    value,
    unit,
    ...(limit !== undefined && { limit }),
  }));
  await writeFile(values.json, `${JSON.stringify({ figures: written }, null, 2)}\n`);
}
const exceeding = figures.filter(exceedsLimit);
console.log(`\n${figures.length} figures, ${exceeding.length} over their limit`);
if (values.check && exceeding.length > 0) process.exitCode = 1;

function format(figure: Figure): string {
  const { name, value, unit, limit, isFloor = false } = figure;
  const bound = limit === undefined ? '' : `  (${isFloor ? 'at least' : 'at most'} ${limit})`;
  const mark = exceedsLimit(figure) ? '  <<< over the limit' : '';
  return `  ${name.padEnd(58)} ${formatValue(value).padStart(9)} ${unit}${bound}${mark}`;
}

function formatValue(value: number): string {
  return Number.isInteger(value) || value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
