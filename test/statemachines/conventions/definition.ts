import { readFileSync } from 'node:fs';
import type { MachineName } from '../../../infra/place.ts';

/** What the conventions look at in a state; validation looks at the rest. */
export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string; readonly Payload?: Readonly<Record<string, unknown>> };
  readonly TimeoutSeconds?: unknown;
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Choices?: readonly Rule[];
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Rule {
  readonly Condition: string;
  readonly Next: string;
  readonly Assign?: Readonly<Record<string, unknown>>;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly MaxAttempts?: number;
  readonly JitterStrategy?: string;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Readonly<Record<string, unknown>>;
}

export interface Definition {
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export function readDefinition(machine: MachineName): { text: string; definition: Definition } {
  const text = readFileSync(new URL(`../../../statemachines/${machine}.asl.json`, import.meta.url), 'utf8');
  return { text, definition: JSON.parse(text) as Definition };
}

/** One way out of a state, and the variables that are assigned on it. */
export interface Transition {
  readonly to: string;
  readonly assigns: readonly string[];
}

/** A state's own Assign holds for Next and Default; a rule and a catcher bring theirs. */
export function listTransitions(state: State): readonly Transition[] {
  const own = [state.Next, state.Default].filter(to => to !== undefined).map(to => ({ to, from: state }));
  const others = [...(state.Choices ?? []), ...(state.Catch ?? [])].map(from => ({ to: from.Next, from }));
  return [...own, ...others].map(({ to, from }) => ({ to, assigns: Object.keys(from.Assign ?? {}) }));
}

/** The states that an execution can come to, by name. */
export function findReachable(definition: Definition, from = definition.StartAt): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const state = definition.States[name];
    if (state) open.push(...listTransitions(state).map(({ to }) => to));
  }
  return reached;
}
