import { formatColumns } from '../cli/help.ts';
import type { Stop } from './record.ts';
import type { Course, Report } from './report.ts';

/** A report for people: the looks that are judged differently, and what comes of it. */
export function renderReport(report: Report): string[] {
  const { deployID, service, version, looks, leftOut } = report;
  const differing = looks.filter(({ recorded, replayed }) => recorded !== replayed);
  return [
    `${service} ${version}  deployment ${deployID}, looks: ${looks.length}`,
    ...(differing.length > 0
      ? formatColumns([
          ['LOOK', 'BATCH', 'TIME', 'THEN', 'NOW', 'WHY'],
          ...differing.map(({ number, batch, time, recorded, replayed, reason = '' }) => [
            ...[String(number), String(batch), time],
            ...[recorded, replayed, reason],
          ]),
        ]).split('\n')
      : ['every look is judged as it was']),
    ...leftOut.map(check => `left out, since it was not asked then: ${check}`),
    ...[...describeAccepted(report.recorded), describeThen(report)].map(line => `then: ${line}`),
    ...[...describeAccepted(report.replayed), describeNow(report)].map(line => `now:  ${line}`),
  ];
}

function describeAccepted({ accepted = [] }: Course): string[] {
  return accepted.map(stop => `${describeStop(stop)}; a person let it go on`);
}

function describeThen({ recorded: { status, reason, stop, accepted } }: Report): string {
  if (stop) return `${describeStop(stop)}; it is ${status}`;
  return `no look stopped it${accepted ? ' for good' : ''}; it is ${status}${reason === undefined ? '' : `: ${reason}`}`;
}

function describeNow({ recorded, replayed, looks }: Report): string {
  if (replayed.stop) return describeStop(replayed.stop);
  const last = looks.at(-1)?.number;
  return recorded.stop
    ? `goes on after look ${last}, where the record ends`
    : `no look stops it${replayed.accepted ? ' for good' : ''}`;
}

function describeStop({ look, batch, verdict, reaction, reason }: Stop): string {
  const what = reaction === 'pause' ? 'waits for a person' : 'rolled back';
  return `${what} at look ${look}, in batch ${batch} (${verdict}): ${reason}`;
}
