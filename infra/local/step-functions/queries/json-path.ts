import type { Catcher, ChoiceRule, Outcome } from '../interpreter/definition.ts';
import { runtimeFailure, StateFailure } from '../interpreter/failure.ts';
import { Json } from '../interpreter/json.ts';
import { contextOf, type Visit } from '../interpreter/visit.ts';
import { PathNotFound, type Roots, readPath, writePath } from '../json-path/read.ts';
import { holds } from './choice-rules.ts';
import { numberAt } from './json-path-numbers.ts';
import { fillPayload, queryValue } from './payload-template.ts';
import type { Completion, Queries } from './queries.ts';
import { entered } from './results.ts';

/** The JSONPath query language: InputPath, Parameters, ResultSelector, ResultPath, OutputPath and `…Path` fields. */
export const jsonPathQueries: Queries = {
  async arguments(visit) {
    const { Parameters: template, Type: type } = visit.state;
    const input = narrow(visit, 'InputPath', visit.input);
    // A Map's Parameters are for each item.
    if (template === undefined || type === 'Map') return input;
    return Json.of(fillPayload(visit, template, rootsOf(visit, input)));
  },

  async number(visit, field) {
    return numberAt(visit, field, path => readOrFail(visit, path, narrow(visit, 'InputPath', visit.input)));
  },

  async text(visit, field) {
    const literal = visit.state[field];
    if (typeof literal === 'string') return literal;
    const query = visit.state[`${field}Path`];
    if (typeof query !== 'string') return undefined;
    const roots = rootsOf(visit, narrow(visit, 'InputPath', visit.input));
    return String(queryValue(visit, query, `${field}Path`, roots));
  },

  async items(visit, input) {
    const { ItemsPath: path = '$' } = visit.state;
    const items = readOrFail(visit, String(path), input);
    if (Array.isArray(items)) return items;
    throw runtimeFailure(`${entered(visit)}Reference path "${path}" must point to array.`);
  },

  async itemInput(visit, item, input) {
    const template = visit.state['ItemSelector'] ?? visit.state['Parameters'];
    if (template === undefined) return Json.of(item.Value);
    const context = { ...contextOf(visit), Map: { Item: item } };
    return Json.of(fillPayload(visit, template, rootsOf(visit, input, context)));
  },

  async choose(visit) {
    const input = narrow(visit, 'InputPath', visit.input);
    const roots = rootsOf(visit, input);
    const isPresent = (path: string): boolean => {
      try {
        readPath(path, roots);
        return true;
      } catch {
        return false;
      }
    };
    const read = (path: string): unknown => {
      if (isPresent(path)) return readPath(path, roots);
      throw runtimeFailure(
        `${entered(visit)}Invalid path '${path}': The choice state's condition path references an invalid value.`,
      );
    };
    return visit.state.Choices?.find(rule => holds(rule, read, isPresent));
  },

  async complete(visit, result, rule) {
    const { state } = visit;
    if (result) return completeWith(visit, selectResult(visit, result));
    const input = await this.arguments(visit);
    if (state.Type !== 'Pass') {
      return { output: narrow(visit, 'OutputPath', input), assigned: assign(visit, rule ?? state, input) };
    }
    return completeWith(visit, state['Result'] === undefined ? input : Json.of(state['Result']));
  },

  async recover(visit, catcher: Catcher, _index, error) {
    return { output: place(visit, catcher, error), assigned: assign(visit, catcher, error) };
  },
};

const selectResult = (visit: Visit, result: Json): Json => {
  const { ResultSelector: template } = visit.state;
  return template === undefined ? result : Json.of(fillPayload(visit, template, rootsOf(visit, result)));
};

const completeWith = (visit: Visit, result: Json): Completion => ({
  assigned: assign(visit, visit.state, result),
  output: narrow(visit, 'OutputPath', place(visit, visit.state, result)),
});

function assign(visit: Visit, outcome: Outcome | ChoiceRule, document: Json): Completion['assigned'] {
  if (!outcome.Assign) return undefined;
  const values = fillPayload(visit, outcome.Assign, rootsOf(visit, document)) as object;
  return new Map(Object.entries(values).map(([name, value]) => [name, Json.of(value)]));
}

/** Applies ResultPath: the result, or the state's input with the result put into it. */
function place(visit: Visit, { ResultPath: path = '$' }: Outcome, result: Json): Json {
  if (path === null) return visit.input;
  if (path === '$') return result;
  try {
    return Json.of(writePath(visit.input.value, path, result.value));
  } catch (error) {
    throw new StateFailure('States.ResultPathMatchFailure', `${entered(visit)}${(error as Error).message}`);
  }
}

/** Applies InputPath or OutputPath. */
function narrow(visit: Visit, field: 'InputPath' | 'OutputPath', document: Json): Json {
  const path = visit.state[field];
  if (path === undefined || path === '$') return document;
  if (path === null) return Json.of({});
  return Json.of(readOrFail(visit, String(path), document));
}

function readOrFail(visit: Visit, path: string, document: Json): unknown {
  try {
    return readPath(path, rootsOf(visit, document));
  } catch (error) {
    if (!(error instanceof PathNotFound)) throw error;
    throw runtimeFailure(`${entered(visit)}Invalid path '${path}' : ${error.message}`);
  }
}

function rootsOf(visit: Visit, document: Json, context?: Record<string, unknown>): Roots {
  return {
    get document() {
      return document.value;
    },
    get context() {
      return context ?? contextOf(visit);
    },
    variables: visit.branch.scope.bindings,
  };
}
