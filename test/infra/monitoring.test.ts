import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ownMetrics } from '../../infra/aws/monitoring/metrics.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { findResources, idIn, onlyResource, render } from './template.ts';

const env = 'prod';
const functionsFolder = fileURLToPath(new URL('../../functions', import.meta.url));

let stacks: Synthesised;

beforeAll(async () => {
  stacks = await synthesise(env, { alarmEmail: 'team@example.com' });
});

describe('alarms', () => {
  test('look at everything that can go wrong', () => {
    const watched = new Set(alarms().flatMap(([, { Properties }]) => metricsOf(Properties)));

    const wanted = [
      ...ownMetrics
        // Figures, of which none is wrong.
        .filter(name => name !== 'ReportsPerSecond' && name !== 'ActiveDeployments')
        .map(name => `ServiceManager ${name}`),
      `ServiceManager/${env} ExecutionsKeepEnding`,
      'AWS/States ExecutionsFailed',
      'AWS/States ExecutionsTimedOut',
      'AWS/States ExecutionsAborted',
      'AWS/States ThrottledEvents',
      'AWS/ApiGateway 5XXError',
      'AWS/ApiGateway Latency',
      'AWS/Lambda Errors',
      'AWS/Lambda Throttles',
      'AWS/Lambda Invocations',
      'AWS/RDS ACUUtilization',
    ];
    expect([...watched].toSorted()).toEqual(wanted.toSorted());
  });

  test('of several metrics count what there is of them, since most are silent most of the time', () => {
    const expressions = alarms().flatMap(([, { Properties }]) =>
      ((Properties['Metrics'] ?? []) as Query[]).flatMap(({ Expression }) => Expression ?? []),
    );

    expect(expressions).toEqual(['SUM(FILL(METRICS(), 0))', 'SUM(FILL(METRICS(), 0))']);
  });

  test('of errors look at each function that no request shows failing', () => {
    const failing = alarms().flatMap(([, { Properties }]) =>
      ((Properties['Metrics'] ?? []) as Query[]).flatMap(({ MetricStat }) =>
        MetricStat?.Metric.MetricName === 'Errors' ? MetricStat.Metric.Dimensions.map(({ Value }) => idIn(Value)) : [],
      ),
    );

    // API Gateway waits 29 s for the others, the authorizer among them: to it, whom it refuses is an error.
    const behind = findResources(stacks.stateless, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties['Timeout'] !== 29,
    );

    expect(failing.toSorted()).toEqual(behind.map(([id]) => id).toSorted());
  });

  test('have a name of the environment, say what to do, and tell people of their begin and their end', () => {
    const topic = onlyResource(stacks.stateless, 'AWS::SNS::Topic').id;

    for (const [, { Properties }] of alarms()) {
      expect(Properties['AlarmName']).toMatch(new RegExp(`^${env}-service-manager-[a-z0-9-]+$`));
      expect(String(Properties['AlarmDescription']).length).toBeGreaterThan(60);
      expect([Properties['AlarmActions'], Properties['OKActions']]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    }
  });

  test('take silence for health, except of the reconciler, which is never silent', () => {
    const breaching = alarms().filter(([, { Properties }]) => Properties['TreatMissingData'] === 'breaching');
    const healthy = alarms().filter(([, { Properties }]) => Properties['TreatMissingData'] === 'notBreaching');

    expect(breaching.map(([, { Properties }]) => [Properties['AlarmName'], Properties['ComparisonOperator']])).toEqual([
      [`${env}-service-manager-reconciler-silent`, 'LessThanThreshold'],
    ]);
    expect(healthy).toHaveLength(alarms().length - 1);
  });

  test('look at ten metrics each at most, which is what CloudWatch takes', () => {
    const sizes = alarms().map(([, { Properties }]) => metricsOf(Properties).length);

    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
  });

  test('name saved queries that there are', () => {
    const names = queries().map(({ name }) => name.split('/')[1]);

    const named = alarms().flatMap(([, { Properties }]) =>
      [...String(Properties['AlarmDescription']).matchAll(/"([^"]+)"/g)].map(([, name]) => name),
    );

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(name => !names.includes(name))).toEqual([]);
  });
});

test('alarms may publish to their topic, others of the account may not, and nobody without TLS', () => {
  const policy = onlyResource(stacks.stateless, 'AWS::SNS::TopicPolicy');
  const { Statement } = policy.Properties['PolicyDocument'] as { Statement: unknown[] };

  expect(Statement).toEqual([
    expect.objectContaining({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }),
  ]);
});

test('the address of the environment is written to, if there is one', async () => {
  const without = await synthesise(env);

  const subscriptions = (of: Synthesised) =>
    findResources(of.stateless, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties['Endpoint']);

  expect(subscriptions(stacks)).toEqual(['team@example.com']);
  expect(subscriptions(without)).toEqual([]);
});

test('executions that keep ending are counted where the reconciler says so', () => {
  const filter = onlyResource(stacks.stateless, 'AWS::Logs::MetricFilter');

  expect(filter.Properties).toMatchObject({
    FilterPattern: '{ $.code = "executionsKeepEnding" }',
    MetricTransformations: [
      { MetricNamespace: `ServiceManager/${env}`, MetricName: 'ExecutionsKeepEnding', MetricValue: '1' },
    ],
  });
  expect(readFunctions()).toContain("code: 'executionsKeepEnding'");
});

test('the dashboard shows every metric that an alarm looks at', () => {
  const dashboard = onlyResource(stacks.stateless, 'AWS::CloudWatch::Dashboard');

  const body = JSON.stringify(dashboard.Properties['DashboardBody']);
  const watched = alarms().flatMap(([, { Properties }]) => metricsOf(Properties).map(name => name.split(' ')[1] ?? ''));

  expect([...new Set([...watched, ...ownMetrics])].filter(name => !body.includes(name))).toEqual([]);
});

test('the metrics of our own are those that functions write', () => {
  const [, table = ''] = /const units = \{(.*?)\} as const/s.exec(readFunctions()) ?? [];

  const written = [...table.matchAll(/^ {2}(\w+): '/gm)].map(([, name]) => name);

  expect([...ownMetrics].toSorted()).toEqual(written.toSorted());
});

describe('saved queries', () => {
  test('are there for each code of a line that warns of something', () => {
    const warned = [...readFunctions().matchAll(/logger\.(?:warn|error)\([^;]*?code: '(\w+)'/g)].map(
      ([, code]) => code,
    );
    const asked = queries().flatMap(({ text }) => [...text.matchAll(/"(\w+)"/g)].map(([, code]) => code));

    expect(warned.length).toBeGreaterThan(5);
    expect([...new Set(warned)].filter(code => !asked.includes(code))).toEqual([]);
  });

  test('ask for no code that nothing logs', () => {
    const source = readFunctions();

    const asked = queries().flatMap(({ text }) => [...text.matchAll(/code (?:=|in) (\[[^\]]*\]|"\w+")/g)]);
    const codes = asked.flatMap(([, list = '']) => [...list.matchAll(/"(\w+)"/g)].map(([, code]) => code));

    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter(code => !source.includes(`code: '${code}'`))).toEqual([]);
  });

  test('go through log groups of this environment, no more than Logs Insights takes', () => {
    const groups = new Set(findResources(stacks.stateless, 'AWS::Logs::LogGroup').map(([id]) => id));

    for (const { logs } of queries()) {
      expect(logs.length).toBeGreaterThan(0);
      expect(logs.length).toBeLessThanOrEqual(50);
      expect(logs.filter(id => !groups.has(id))).toEqual([]);
    }
  });
});

interface Query {
  readonly Expression?: string;
  readonly MetricStat?: { Metric: { Namespace: string; MetricName: string; Dimensions: { Value: unknown }[] } };
}

function alarms() {
  return findResources(stacks.stateless, 'AWS::CloudWatch::Alarm');
}

/** `Namespace Name` of each metric that an alarm looks at. */
function metricsOf(alarm: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof alarm['MetricName'] === 'string') return [`${alarm['Namespace']} ${alarm['MetricName']}`];
  return (alarm['Metrics'] as Query[]).flatMap(({ MetricStat }) =>
    MetricStat ? [`${MetricStat.Metric.Namespace} ${MetricStat.Metric.MetricName}`] : [],
  );
}

function queries() {
  return findResources(stacks.stateless, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => ({
    name: String(Properties['Name']),
    text: String(Properties['QueryString']),
    logs: (Properties['LogGroupNames'] as unknown[]).map(name => idIn(render(name))),
  }));
}

function readFunctions(): string {
  return readdirSync(functionsFolder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => readFileSync(join(functionsFolder, name), 'utf8'))
    .join('\n');
}
