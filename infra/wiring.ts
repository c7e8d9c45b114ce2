import { type HookDefinition, type HookName, hooks } from '../functions/hooks.ts';
import type { Need } from '../functions/needs.ts';
import { type RouteDefinition, type RouteID, routes } from '../functions/routes.ts';
import { type TaskDefinition, type TaskName, tasks } from '../functions/tasks.ts';
import { lambdaArn, lambdaName, type MachineName, type Place } from './place.ts';
import { type Grant, provisions } from './provisions.ts';

export type FunctionID = RouteID | TaskName | HookName;

export type FunctionKind = 'api' | 'task' | 'hook';

export interface WiredFunction {
  readonly id: FunctionID;
  readonly kind: FunctionKind;
  readonly name: string;
  /** Relative to `functions/`. */
  readonly file: string;
  readonly needs: readonly Need[];
  /** A folder of the repository that it reads, which is packed beside it. */
  readonly folder?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  readonly timeoutSeconds: number;
  readonly memoryMB: number;
}

/** API Gateway waits 29 s for a function; a task may wait for its database; who migrates waits for others who do. */
const timeoutSeconds: Readonly<Record<FunctionKind, number>> = { api: 29, task: 60, hook: 900 };

const memoryMB: Readonly<Record<FunctionKind, number>> = { api: 512, task: 512, hook: 512 };

/** Every function of the product: one for each route, task and hook, each with just what its needs say. */
export function wireFunctions(place: Place): readonly WiredFunction[] {
  return [
    ...(Object.entries(routes) as [RouteID, RouteDefinition][]).map(([id, { file, needs }]) =>
      wireFunction(place, 'api', id, file, needs),
    ),
    ...(Object.keys(tasks) as TaskName[]).map(id => wireTask(place, id)),
    ...(Object.keys(hooks) as HookName[]).filter(id => isNeeded(place, id)).map(id => wireHook(place, id)),
  ];
}

/** Who asks a server in another network is there if there is one. */
function isNeeded({ prometheus }: Place, id: HookName): boolean {
  return id !== 'QueryPrometheus' || prometheus?.kind === 'inVpc';
}

function wireTask(place: Place, id: TaskName): WiredFunction {
  const { file, needs, memoryMB }: TaskDefinition = tasks[id];
  return { ...wireFunction(place, 'task', id, file, needs), ...(memoryMB !== undefined && { memoryMB }) };
}

function wireHook(place: Place, id: HookName): WiredFunction {
  const { file, needs, folder }: HookDefinition = hooks[id];
  return { ...wireFunction(place, 'hook', id, file, needs), folder };
}

function wireFunction(
  place: Place,
  kind: FunctionKind,
  id: FunctionID,
  file: string,
  needs: readonly Need[],
): WiredFunction {
  return {
    id,
    kind,
    name: functionName(place, id),
    file,
    needs,
    environment: Object.assign({}, ...needs.map(need => provisions[need].environment(place))),
    grants: needs.flatMap(need => provisions[need].grants(place)),
    // Whoever a request waits for has no longer than its function.
    timeoutSeconds: id === 'Authorize' || id === 'QueryPrometheus' ? timeoutSeconds.api : timeoutSeconds[kind],
    memoryMB: memoryMB[kind],
  };
}

export function functionName(place: Place, id: FunctionID): string {
  return lambdaName(place, id);
}

/** What stands for `${Name}` in a machine's definition: the ARN of the task's function. */
export function substitutions(place: Place, machine: MachineName): Readonly<Record<string, string>> {
  const names = (Object.keys(tasks) as TaskName[]).filter(name => tasks[name].machine === machine);
  return Object.fromEntries(names.map(name => [name, lambdaArn(place, name)]));
}
