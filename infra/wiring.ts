import type { Need } from '../functions/needs.ts';
import { type RouteDefinition, type RouteID, routes } from '../functions/routes.ts';
import { type TaskName, tasks } from '../functions/tasks.ts';

/** Where the product runs: names and addresses that both the CDK app and the local runtime fill in. */
export interface Place {
  /** Prefix of every name: dev, prod, local. */
  readonly env: string;
  readonly region: string;
  readonly accountID: string;
  readonly partition: string;
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly databaseName: string;
  readonly settings: Settings;
}

export interface Settings {
  /** Reports a second that the whole fleet may send. */
  readonly reportRate: number;
  /** The shortest time between two reports of an instance, in seconds: while its batch is under way, and else. */
  readonly reportFastSeconds: number;
  readonly reportSlowSeconds: number;
  /** After how many looks an execution hands over to the next generation. */
  readonly looksInExecution: number;
}

/** A look and its wait write at most 20 events, retries aside, of the 25,000 that a history holds. */
export const defaultSettings: Settings = {
  reportRate: 50,
  reportFastSeconds: 5,
  reportSlowSeconds: 60,
  looksInExecution: 1000,
};

export type MachineName = 'rollout' | 'rollback';
export const machineNames: readonly MachineName[] = ['rollout', 'rollback'];

export type FunctionID = RouteID | TaskName;

export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export interface WiredFunction {
  readonly id: FunctionID;
  readonly name: string;
  /** Relative to `functions/`. */
  readonly file: string;
  readonly needs: readonly Need[];
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  readonly timeoutSeconds: number;
  readonly memoryMB: number;
}

/** Every function of the product: one for each route and task, each with just what its needs say. */
export function wireFunctions(place: Place): readonly WiredFunction[] {
  const apiFunctions = (Object.entries(routes) as [RouteID, RouteDefinition][]).map(([id, { file, needs }]) =>
    wireFunction(place, id, file, needs, 29),
  );
  const taskFunctions = (Object.keys(tasks) as TaskName[]).map(id =>
    wireFunction(place, id, tasks[id].file, tasks[id].needs, 60),
  );
  return [...apiFunctions, ...taskFunctions];
}

function wireFunction(
  place: Place,
  id: FunctionID,
  file: string,
  needs: readonly Need[],
  timeoutSeconds: number,
): WiredFunction {
  return {
    id,
    name: functionName(place, id),
    file,
    needs,
    environment: Object.assign({}, ...needs.map(need => provisions[need].environment(place))),
    grants: needs.flatMap(need => provisions[need].grants(place)),
    timeoutSeconds,
    memoryMB: 512,
  };
}

export function functionName({ env }: Place, id: FunctionID): string {
  return `${env}-${id}`;
}

function functionArn(place: Place, id: FunctionID): string {
  return `arn:${place.partition}:lambda:${place.region}:${place.accountID}:function:${functionName(place, id)}`;
}

export function machineFullName({ env }: Place, machine: MachineName): string {
  return `${env}-${machine}`;
}

/** Formatted from names, never referenced: a function that knew its own machine's ARN by reference would be a circle. */
export function machineArn(place: Place, machine: MachineName): string {
  return `arn:${place.partition}:states:${place.region}:${place.accountID}:stateMachine:${machineFullName(place, machine)}`;
}

/** What stands for `${Name}` in a machine's definition: the ARN of the task's function. */
export function substitutions(place: Place, machine: MachineName): Readonly<Record<string, string>> {
  const names = (Object.keys(tasks) as TaskName[]).filter(name => tasks[name].machine === machine);
  return Object.fromEntries(names.map(name => [name, functionArn(place, name)]));
}

interface Provision {
  environment(place: Place): Readonly<Record<string, string>>;
  grants(place: Place): readonly Grant[];
}

/** A need gives the environment variable and the grant in one place. */
const provisions: Readonly<Record<Need, Provision>> = {
  database: {
    environment: place => ({
      DATABASE_CLUSTER_ARN: place.clusterArn,
      DATABASE_SECRET_ARN: place.secretArn,
      DATABASE_NAME: place.databaseName,
    }),
    grants: place => [
      { actions: ['rds-data:ExecuteStatement'], resources: [place.clusterArn] },
      { actions: ['secretsmanager:GetSecretValue'], resources: [place.secretArn] },
    ],
  },
  workflows: {
    environment: place => ({
      ROLLOUT_MACHINE_ARN: machineArn(place, 'rollout'),
      ROLLBACK_MACHINE_ARN: machineArn(place, 'rollback'),
    }),
    grants: place => [
      { actions: ['states:StartExecution'], resources: machineNames.map(name => machineArn(place, name)) },
      { actions: ['states:SendTaskSuccess'], resources: machineNames.map(name => machineArn(place, name)) },
    ],
  },
  reportSettings: {
    environment: ({ settings }) => ({
      REPORT_RATE: String(settings.reportRate),
      REPORT_FAST_SECONDS: String(settings.reportFastSeconds),
      REPORT_SLOW_SECONDS: String(settings.reportSlowSeconds),
    }),
    grants: () => [],
  },
  historySettings: {
    environment: ({ settings }) => ({ LOOKS_IN_EXECUTION: String(settings.looksInExecution) }),
    grants: () => [],
  },
};
