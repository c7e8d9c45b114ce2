import { beforeAll, describe, expect, test } from 'vitest';
import { machineNames, type Place } from '../../infra/place.ts';
import { defaultSettings } from '../../infra/settings.ts';
import { type FunctionID, wireFunctions } from '../../infra/wiring.ts';
import { collectStatements, listActions, listGrants, principalsOf } from './grants.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { findNamed, findResources, idIn, placeIn, render } from './template.ts';

const env = 'prod';
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

/** Where AWS knows no resource to name. */
const forced = {
  trace: ['xray:PutTelemetryRecords *', 'xray:PutTraceSegments *'],
  sampling: ['xray:GetSamplingRules *', 'xray:GetSamplingTargets *'],
  logDelivery: [
    'logs:CreateLogDelivery *',
    'logs:DeleteLogDelivery *',
    'logs:DescribeLogGroups *',
    'logs:DescribeResourcePolicies *',
    'logs:GetLogDelivery *',
    'logs:ListLogDeliveries *',
    'logs:PutResourcePolicy *',
    'logs:UpdateLogDelivery *',
  ],
};

const capabilities = {
  query: ({ clusterArn, secretArn }: Place) => [
    `rds-data:ExecuteStatement ${clusterArn}`,
    `secretsmanager:GetSecretValue ${secretArn}`,
  ],
  transactions: ({ clusterArn }: Place) => [
    `rds-data:BeginTransaction ${clusterArn}`,
    `rds-data:CommitTransaction ${clusterArn}`,
    `rds-data:RollbackTransaction ${clusterArn}`,
  ],
  workflows: () => [
    `states:SendTaskSuccess ${arn('states', `stateMachine:${env}-rollback`)}`,
    `states:SendTaskSuccess ${arn('states', `stateMachine:${env}-rollout`)}`,
    `states:StartExecution ${arn('states', `stateMachine:${env}-rollback`)}`,
    `states:StartExecution ${arn('states', `stateMachine:${env}-rollout`)}`,
  ],
  executions: () => [
    `states:ListExecutions ${arn('states', `stateMachine:${env}-rollback`)}`,
    `states:ListExecutions ${arn('states', `stateMachine:${env}-rollout`)}`,
  ],
  events: () => [`events:PutEvents ${arn('events', 'event-bus/default')}`],
  adminToken: ({ adminTokenSecretArn }: Place) => [`secretsmanager:GetSecretValue ${adminTokenSecretArn}`],
};

type Capability = keyof typeof capabilities;

/** What each may do, besides writing its own log and its traces. */
const allowed: Readonly<Record<Exclude<FunctionID, 'QueryPrometheus'>, readonly Capability[]>> = {
  listServices: ['query'],
  createService: ['query'],
  updateService: ['query'],
  deleteService: ['query'],
  createVersion: ['query'],
  listActiveVersions: ['query'],
  listAvailableVersions: ['query'],
  listInstances: ['query'],
  reportInstance: ['query', 'workflows'],
  deregisterInstance: ['query', 'workflows'],
  reportState: ['query', 'workflows'],
  receiveAlerts: ['query', 'workflows'],
  receiveAlertmanagerWebhook: ['query', 'workflows'],
  listAlerts: ['query'],
  createDeployment: ['query', 'workflows'],
  listDeployments: ['query'],
  getDeployment: ['query'],
  updateDeployment: ['query', 'workflows'],
  deleteDeployment: ['query', 'workflows'],
  pauseDeployment: ['query', 'workflows'],
  continueDeployment: ['query', 'workflows'],
  rollBackDeployment: ['query', 'workflows'],
  listDeploymentInstances: ['query'],
  listDeploymentEvents: ['query'],
  listLooks: ['query'],
  listSamples: ['query'],
  listChanges: ['query'],
  getMetric: ['query'],
  getMetricStats: ['query'],
  getStatsOfMetrics: ['query'],
  getSettings: ['query'],
  updateSettings: ['query'],
  createToken: ['query'],
  listTokens: ['query'],
  revokeToken: ['query'],
  getHealth: ['query'],
  getDescription: [],
  ChooseNext: ['query', 'workflows', 'events'],
  DeployBatch: ['query', 'workflows'],
  BakeBatch: ['query', 'workflows'],
  JudgeBatch: ['query'],
  AwaitContinue: ['query', 'workflows'],
  AwaitSchedule: ['query', 'workflows'],
  ChooseUndo: ['query', 'workflows', 'events'],
  UndoBatch: ['query', 'workflows'],
  Reconcile: ['query', 'workflows', 'executions', 'events'],
  Authorize: ['query'],
  Migrate: ['query', 'transactions', 'adminToken'],
};

const tasksOf = {
  rollout: ['AwaitContinue', 'AwaitSchedule', 'BakeBatch', 'ChooseNext', 'DeployBatch', 'JudgeBatch'],
  rollback: ['ChooseUndo', 'UndoBatch'],
};

let stacks: Synthesised;
let place: Place;

beforeAll(async () => {
  stacks = await synthesise(env);
  place = placeIn(stacks, env, defaultSettings);
});

describe('a function may do what its needs say, write its own log and its traces, and nothing else:', () => {
  test.each(Object.keys(allowed) as (keyof typeof allowed)[])('%s', id => {
    const { Properties } = findNamed(stacks.stateless, 'AWS::Lambda::Function', 'FunctionName', `${env}-${id}`);
    const { LogGroup } = Properties['LoggingConfig'] as { LogGroup: unknown };
    const log = `<${idIn(LogGroup)}.Arn>`;

    const granted = listGrants(stacks.stateless, Properties['Role'], 'lambda.amazonaws.com');

    const stated = allowed[id].flatMap(capability => capabilities[capability](place));
    const ownLog = [`logs:CreateLogStream ${log}`, `logs:PutLogEvents ${log}`];
    expect(granted).toEqual([...stated, ...ownLog, ...forced.trace].toSorted());
  });

  test('that is all functions', () => {
    expect(Object.keys(allowed).toSorted()).toEqual(
      wireFunctions(place)
        .map(({ id }) => id)
        .toSorted(),
    );
  });
});

test.each(machineNames)('the machine %s may call the functions of its tasks, write its log and its traces', name => {
  const { Properties } = findNamed(
    stacks.stateless,
    'AWS::StepFunctions::StateMachine',
    'StateMachineName',
    `${env}-${name}`,
  );

  const granted = listGrants(stacks.stateless, Properties['RoleArn'], 'states.amazonaws.com');

  const calls = tasksOf[name].map(task => `lambda:InvokeFunction ${arn('lambda', `function:${env}-${task}`)}`);
  expect(granted).toEqual([...calls, ...forced.logDelivery, ...forced.trace, ...forced.sampling].toSorted());
});

test('nobody else has a role, but for API Gateway, which writes its logs by the policy of AWS', () => {
  const used = [
    ...findResources(stacks.stateless, 'AWS::Lambda::Function').map(([, { Properties }]) => idIn(Properties['Role'])),
    ...findResources(stacks.stateless, 'AWS::StepFunctions::StateMachine').map(([, { Properties }]) =>
      idIn(Properties['RoleArn']),
    ),
  ];

  const others = findResources(stacks.stateless, 'AWS::IAM::Role').filter(([id]) => !used.includes(id));

  expect(new Set(used).size).toBe(used.length);
  expect(
    others.map(([, { Properties }]) => [
      ...principalsOf(Properties),
      ...(Properties['ManagedPolicyArns'] as unknown[]).map(render),
    ]),
  ).toEqual([
    ['apigateway.amazonaws.com', 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'],
  ]);
  expect(findResources(stacks.stateful, 'AWS::IAM::Role')).toEqual([]);
});

test('no statement that allows something has a wildcard that AWS does not force', () => {
  const statements = [stacks.stateful, stacks.stateless].flatMap(template => collectStatements(template.toJSON()));

  const allowing = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(listActions);

  expect(allowing.length).toBeGreaterThan(100);
  expect(new Set(allowing.filter(line => line.includes('*')))).toEqual(new Set(Object.values(forced).flat()));
});

test('a function is called by its caller alone, and by nobody who only pretends to be in this account', () => {
  const permissions = findResources(stacks.stateless, 'AWS::Lambda::Permission');

  const open = permissions.filter(([, { Properties }]) => Properties['SourceArn'] === undefined);

  expect(permissions.length).toBeGreaterThan(20);
  expect(open).toEqual([]);
});
