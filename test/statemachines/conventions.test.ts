import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RollbackMove } from '../../functions/domain/decide-rollback.ts';
import type { RolloutMove } from '../../functions/domain/decide-rollout.ts';
import { refusalStatus } from '../../functions/domain/refusal.ts';
import { type TaskDefinition, tasks } from '../../functions/tasks.ts';
import { localPlace } from '../../infra/local/place.ts';
import { validateDefinition } from '../../infra/local/step-functions/definition/validate.ts';
import { type MachineName, machineNames } from '../../infra/place.ts';
import { substitutions } from '../../infra/wiring.ts';
import { findReachable, type Retrier, readDefinition } from './conventions/definition.ts';
import { listAssigned, listVariables } from './conventions/variables.ts';

const place = localPlace('servicemanager');
const lambdaErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
const databaseErrors = ['databaseBusy', 'databaseUnavailable'] satisfies (keyof typeof refusalStatus)[];

/** Where a decision may send its machine. One that is missing here does not compile. */
const moves: Readonly<Record<MachineName, readonly string[]>> = {
  rollout: Object.keys({
    AwaitSchedule: true,
    DeployBatch: true,
    BakeBatch: true,
    JudgeBatch: true,
    AwaitContinue: true,
    Completed: true,
    Failed: true,
    RollingBack: true,
    Superseded: true,
    ContinuedAsNew: true,
  } satisfies Record<RolloutMove['next'] | 'ContinuedAsNew', true>),
  rollback: Object.keys({
    UndoBatch: true,
    RolledBack: true,
    Failed: true,
    Superseded: true,
    ContinuedAsNew: true,
  } satisfies Record<RollbackMove['next'] | 'ContinuedAsNew', true>),
};

describe.each(machineNames)('the machine %s', machine => {
  const { text, definition } = readDefinition(machine);
  const states = Object.entries(definition.States);
  const taskStates = states.filter(([, { Type }]) => Type === 'Task');
  const waits = taskStates.filter(([, { Resource }]) => Resource?.endsWith('.waitForTaskToken'));

  test('is JSONata, on one level, and valid', () => {
    const values: Record<string, string> = { ...substitutions(place, machine) };
    const substituted = text.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

    const diagnostics = validateDefinition(substituted);

    expect(diagnostics).toEqual([]);
    expect(definition.QueryLanguage).toBe('JSONata');
    expect(states.filter(([, { Type }]) => Type === 'Map' || Type === 'Parallel')).toEqual([]);
  });

  test('names each task state as its substitution, its row in tasks.ts and its file', () => {
    const rows = Object.entries<TaskDefinition>(tasks).filter(([, task]) => task.machine === machine);
    const files = readdirSync(new URL(`../../functions/tasks/${machine}/`, import.meta.url));

    const named = taskStates.map(([name, { Arguments }]) => [name, Arguments?.FunctionName]);

    expect(named.toSorted()).toEqual(rows.map(([name]) => [name, `\${${name}}`]).toSorted());
    expect(rows.map(([, { file }]) => file)).toEqual(rows.map(([name]) => `./tasks/${machine}/${name}.ts`));
    expect(files.toSorted()).toEqual(rows.map(([name]) => `${name}.ts`).toSorted());
  });

  test('knows every substitution, and uses it', () => {
    const used = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));

    const given = Object.entries(substitutions(place, machine));

    expect([...used].toSorted()).toEqual(given.map(([name]) => name).toSorted());
    expect(given.filter(([, value]) => value === '')).toEqual([]);
  });

  test('has a branch, of the same name, for everything that a decision can say', () => {
    const choices = states.flatMap(([, { Choices }]) => Choices ?? []);

    const branches = choices.map(({ Condition, Next }) => [/'(\w+)'/.exec(Condition)?.[1], Next]);

    expect(branches.toSorted()).toEqual((moves[machine] ?? []).map(move => [move, move]).toSorted());
  });

  test('comes to every state, and from every state to an end', () => {
    const isTerminal = (name: string) => ['Succeed', 'Fail'].includes(definition.States[name]?.Type ?? '');
    const names = states.map(([name]) => name);

    const reachable = findReachable(definition);
    const endless = names.filter(name => ![...findReachable(definition, name)].some(isTerminal));

    expect([...reachable].toSorted()).toEqual(names.toSorted());
    expect(endless).toEqual([]);
    expect(states.filter(([, { End }]) => End !== undefined)).toEqual([]);
  });

  test('reads no variable that is not assigned on every way to it', () => {
    const assigned = listAssigned(definition);

    const unassigned = states.flatMap(([name, state]) =>
      listVariables(state)
        .filter(variable => !assigned.get(name)?.has(variable))
        .map(variable => `${name}: $${variable}`),
    );

    expect(unassigned).toEqual([]);
  });

  test.each(taskStates)(
    '%s is retried for two minutes after faults of the machinery, and after nothing else',
    (_, state) => {
      const retriers = state.Retry ?? [];
      const retried = retriers.flatMap(({ ErrorEquals }) => ErrorEquals);

      const shortest = Math.min(...retriers.map(lasting));

      expect(retried).toEqual(expect.arrayContaining([...lambdaErrors, ...databaseErrors]));
      expect(retried.filter(error => /^[a-z]/.test(error) && !(error in refusalStatus))).toEqual([]);
      expect(retried.filter(error => error.startsWith('States.'))).toEqual([]);
      expect(shortest).toBeGreaterThanOrEqual(120);
    },
  );

  test.each(taskStates)('%s leaves the release alone when its faults go on', (_, { Catch }) => {
    const last = Catch?.at(-1);

    expect(last?.ErrorEquals).toEqual(['States.ALL']);
    expect(definition.States[last?.Next ?? '']).toMatchObject({ Type: 'Fail', Error: 'Errored' });
  });

  test('retries all tasks alike', () => {
    const retries = new Set(taskStates.map(([, { Retry }]) => JSON.stringify(Retry)));

    expect(retries.size).toBe(1);
  });

  test.each(waits)('%s ends, by its token or in time, and what comes next is decided anew', (_, state) => {
    const onTimeout = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes('States.Timeout'));

    expect(state.Arguments?.Payload?.['token']).toBe('{% $states.context.Task.Token %}');
    expect(state.TimeoutSeconds).toBeDefined();
    expect(onTimeout?.ErrorEquals).toEqual(['States.Timeout']);
    expect(onTimeout?.Next).toBe(state.Next);
    expect(waits.map(([name]) => name)).not.toContain(state.Next);
  });
});

/** In seconds, from the first failure to the last attempt, if attempts take no time. Jitter could make it 0. */
function lasting(retrier: Retrier): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxAttempts = 3, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  if (retrier.JitterStrategy === 'FULL') return 0;
  const delays = Array.from({ length: MaxAttempts }, (_, attempt) => IntervalSeconds * BackoffRate ** attempt);
  return delays.reduce((sum, delay) => sum + Math.min(delay, MaxDelaySeconds), 0);
}
