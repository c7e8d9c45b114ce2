import { beforeAll, describe, expect, test } from 'vitest';
import { machineArn, machineNames, type Place } from '../../infra/place.ts';
import { defaultSettings } from '../../infra/settings.ts';
import { substitutions } from '../../infra/wiring.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { findNamed, findResources, functionNameOf, idIn, onlyResource, placeIn, render } from './template.ts';

const env = 'prod';

let stacks: Synthesised;
let place: Place;

beforeAll(async () => {
  stacks = await synthesise(env);
  place = placeIn(stacks, env, defaultSettings);
});

describe('the state machines', () => {
  test('have the names that their ARNs are formatted from', () => {
    const names = machines().map(([, { Properties }]) => Properties['StateMachineName']);

    expect(names.toSorted()).toEqual(machineNames.map(name => machineArn(place, name).split(':').at(-1)).toSorted());
  });

  test.each(machineNames)(
    '%s stands in the template, has a value for each substitution, and comes after its functions',
    name => {
      const { Properties, DependsOn = [] } = findMachine(name);

      const definition = String(Properties['DefinitionString']);
      const values = (Properties['DefinitionSubstitutions'] ?? {}) as Record<string, unknown>;
      const rendered = Object.entries(values).map(([task, value]) => [task, render(value)]);
      const used = [...new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, used]) => used))];

      expect(JSON.parse(definition)).toHaveProperty('States');
      expect(Object.fromEntries(rendered)).toEqual(substitutions(place, name));
      expect(used.toSorted()).toEqual(Object.keys(values).toSorted());
      const before = DependsOn.map(id => functionNameOf(stacks.stateless, id));
      expect(before).toEqual(expect.arrayContaining(Object.keys(values).map(task => `${env}-${task}`)));
    },
  );

  test.each(machineNames)('%s is traced, and logs its events without what is in them', name => {
    const { Properties } = findMachine(name);
    const { Destinations, ...logging } = Properties['LoggingConfiguration'] as {
      Destinations: { CloudWatchLogsLogGroup: { LogGroupArn: unknown } }[];
    };
    const logID = idIn(Destinations[0]?.CloudWatchLogsLogGroup.LogGroupArn);
    const log = findResources(stacks.stateless, 'AWS::Logs::LogGroup').find(([id]) => id === logID)?.[1];

    expect(Properties['TracingConfiguration']).toEqual({ Enabled: true });
    expect(logging).toEqual({ IncludeExecutionData: false, Level: 'ALL' });
    expect(log?.Properties).toMatchObject({
      LogGroupName: `/aws/vendedlogs/states/${env}-${name}`,
      RetentionInDays: 180,
    });
  });

  test('are referenced by nothing, since that would be a circle', () => {
    const text = JSON.stringify(stacks.stateless.toJSON());

    const referenced = machines().filter(
      ([id]) => text.includes(`"Ref":"${id}"`) || text.includes(`"Fn::GetAtt":["${id}"`),
    );

    expect(referenced).toEqual([]);
  });
});

describe('the reconciler', () => {
  test.each([
    ['every minute', 'ScheduleExpression'],
    ['when an execution has failed', 'EventPattern'],
  ])('is called %s, and tried again by the next minute alone', (_, property) => {
    const [ruleID, rule] = rules().find(([, { Properties }]) => property in Properties) ?? [];
    const [target] = (rule?.Properties['Targets'] ?? []) as { Arn: unknown; RetryPolicy: unknown }[];

    expect(rule?.Properties['State']).toBe('ENABLED');
    expect(functionNameOf(stacks.stateless, target?.Arn)).toBe(`${env}-Reconcile`);
    expect(target?.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
    stacks.stateless.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'events.amazonaws.com',
      FunctionName: target?.Arn,
      SourceArn: { 'Fn::GetAtt': [ruleID, 'Arn'] },
    });
  });

  test('runs once each time, whether or not it fails, and never for an hour that is past', () => {
    const { Properties } = onlyResource(stacks.stateless, 'AWS::Lambda::EventInvokeConfig');

    expect(functionNameOf(stacks.stateless, Properties['FunctionName'])).toBe(`${env}-Reconcile`);
    expect(Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });

  test('hears of executions of these machines alone, and of those that ended otherwise than they should', () => {
    const patterns = rules().flatMap(([, { Properties }]) => Properties['EventPattern'] ?? []) as {
      detail: { stateMachineArn: unknown[] };
    }[];

    const [pattern] = patterns;

    expect(patterns).toHaveLength(1);
    expect(pattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    });
    expect(pattern?.detail.stateMachineArn.map(render)).toEqual(machineNames.map(name => machineArn(place, name)));
  });
});

function findMachine(name: string) {
  return findNamed(stacks.stateless, 'AWS::StepFunctions::StateMachine', 'StateMachineName', `${env}-${name}`);
}

function machines() {
  return findResources(stacks.stateless, 'AWS::StepFunctions::StateMachine');
}

function rules() {
  return findResources(stacks.stateless, 'AWS::Events::Rule');
}
