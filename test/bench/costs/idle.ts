import type { Template } from 'aws-cdk-lib/assertions';
import type { Templates } from '../../infra/synthesise.ts';
import { findResources, type Resource } from '../../infra/template.ts';
import type { Usages } from './measure.ts';
import { hoursInMonth, minutesInMonth, prices } from './prices.ts';
import { costOfUsage } from './usage.ts';

/** A part of the bill of a month in which nothing happens. */
export interface CostLine {
  readonly what: string;
  readonly dollars: number;
}

/** What an environment costs a month while no instance reports and nobody asks: counted in its templates. */
export function listIdleCosts({ stateful, stateless }: Templates, usages: Usages): readonly CostLine[] {
  const count = (type: string) => findResources(stateful, type).length + findResources(stateless, type).length;
  const [cluster] = properties(stateful, 'AWS::RDS::DBCluster');
  const { MinCapacity = 0 } = (cluster?.['ServerlessV2ScalingConfiguration'] ?? {}) as { MinCapacity?: number };
  const pauses = MinCapacity === 0;
  const servers = count('AWS::RDS::DBInstance');
  const gigabytes = Math.ceil(usages.databaseBytes / 1e9);
  const secrets = count('AWS::SecretsManager::Secret') + (cluster?.['ManageMasterUserPassword'] ? 1 : 0);
  const alarmMetrics = properties(stateless, 'AWS::CloudWatch::Alarm').reduce(
    (sum, alarm) => sum + countMetrics(alarm),
    0,
  );
  const dashboards = count('AWS::CloudWatch::Dashboard');
  const functions = properties(stateless, 'AWS::Lambda::Function');
  const memoryMB = Number(
    functions.find(({ FunctionName }) => String(FunctionName).endsWith('-Reconcile'))?.['MemorySize'],
  );
  // Where the database pauses, the reconciler asks it once an hour.
  const reconcile = pauses
    ? { ...usages.reconcile, tasks: { ...usages.reconcile.tasks, calls: usages.reconcile.tasks.calls / 60 } }
    : usages.reconcile;
  return [
    {
      what: pauses ? 'Aurora, paused' : `Aurora, ${servers} × ${MinCapacity} ACU`,
      dollars: servers * MinCapacity * hoursInMonth * prices.auroraCapacityHour,
    },
    { what: `Aurora storage, ${gigabytes} GB`, dollars: gigabytes * prices.auroraGigabyteMonth },
    {
      what: `the reconciler, ${minutesInMonth.toLocaleString('en')} runs`,
      dollars: minutesInMonth * costOfUsage(reconcile, memoryMB),
    },
    { what: `alarms on ${alarmMetrics} metrics`, dollars: alarmMetrics * prices.alarmMetricMonth },
    {
      what: `${customMetrics(stateless).length} metrics of its own`,
      dollars: customMetrics(stateless).length * prices.customMetricMonth,
    },
    { what: `${dashboards} dashboard`, dollars: dashboards * prices.dashboardMonth },
    { what: `${secrets} secrets`, dollars: secrets * prices.secretMonth },
    { what: 'keys', dollars: count('AWS::KMS::Key') * prices.kmsKeyMonth },
    {
      what: 'NAT gateways and interface endpoints',
      dollars:
        count('AWS::EC2::NatGateway') * hoursInMonth * prices.natGatewayHour +
        count('AWS::EC2::VPCEndpoint') * hoursInMonth * prices.interfaceEndpointHour,
    },
  ].filter(({ dollars }) => dollars > 0 || pauses);
}

function properties(template: Template, type: string): readonly Resource['Properties'][] {
  return findResources(template, type).map(([, resource]) => resource.Properties);
}

/** An alarm is paid for each metric that it looks at. */
function countMetrics(alarm: Resource['Properties']): number {
  const metrics = (alarm['Metrics'] ?? []) as readonly { readonly MetricStat?: object }[];
  return Math.max(1, metrics.filter(({ MetricStat }) => MetricStat).length);
}

/** Those that an alarm or the dashboard of this product looks at, in its own namespace. */
function customMetrics(stateless: Template): readonly string[] {
  const text = JSON.stringify(stateless.toJSON());
  return [
    ...new Set(
      [...text.matchAll(/\\?"ServiceManager\\?",(?:\\?"MetricName\\?":)?\\?"(\w+)\\?"/g)].map(([, name = '']) => name),
    ),
  ];
}
