import { evaluate } from '../expressions/jsonata.ts';
import { type EvaluateAt, expressionIn, fill } from '../expressions/template.ts';
import type { Catcher, ChoiceRule, Outcome } from '../interpreter/definition.ts';
import { dataLimitExceeded, EvaluationFailure } from '../interpreter/failure.ts';
import { Json } from '../interpreter/json.ts';
import { contextOf, type Visit } from '../interpreter/visit.ts';
import type { Completion, Queries } from './queries.ts';
import { describeUnexpected, entered, isUnsupported, withoutNonFinite } from './results.ts';

interface Extras {
  readonly result?: Json | undefined;
  readonly errorOutput?: Json;
}

/** The JSONata query language: every field is a template with `{% … %}` in it. */
export const jsonataQueries: Queries = {
  async arguments(visit) {
    const { Arguments: template } = visit.state;
    return template === undefined ? visit.input : Json.of(await fillField(visit, template, 'Arguments'));
  },

  number: (visit, field) => typed(visit, field, 'number'),

  text: (visit, field) => typed(visit, field, 'string'),

  async items(visit, input): Promise<readonly unknown[]> {
    const { Items: template } = visit.state;
    if (template === undefined) {
      if (Array.isArray(input.value)) return input.value;
      throw new EvaluationFailure(`${entered(visit)}Map state input must be an array but was: ${input.text}`);
    }
    const items = await fillField(visit, template, 'Items');
    if (Array.isArray(items)) return items;
    throw unexpected(visit, template, 'Items', 'array', items);
  },

  async itemInput(visit, item) {
    const { ItemSelector: template } = visit.state;
    if (template === undefined) return Json.of(item.Value);
    const context = { ...contextOf(visit), Map: { Item: item } };
    return Json.of(await fill(template, 'ItemSelector', evaluatorOf(visit, {}, context)));
  },

  async choose(visit) {
    for (const [index, rule] of (visit.state.Choices ?? []).entries()) {
      const location = `Choices[${index}]/Condition`;
      const holds = await fillField(visit, rule.Condition, location);
      if (typeof holds !== 'boolean') throw unexpected(visit, rule.Condition, location, 'boolean', holds);
      if (holds) return rule;
    }
    return undefined;
  },

  complete(visit, result, rule) {
    const index = rule ? (visit.state.Choices ?? []).indexOf(rule) : -1;
    return shape(visit, rule ?? visit.state, index < 0 ? '' : `Choices[${index}]/`, { result }, result ?? visit.input);
  },

  recover: (visit: Visit, catcher: Catcher, index: number, error: Json) =>
    shape(visit, catcher, `Catch[${index}]/`, { errorOutput: error }, error),
};

async function shape(
  visit: Visit,
  outcome: Outcome | ChoiceRule,
  prefix: string,
  extras: Extras,
  otherwise: Json,
): Promise<Completion> {
  const evaluateAt = evaluatorOf(visit, extras);
  let assigned: Map<string, Json> | undefined;
  if (outcome.Assign) {
    assigned = new Map();
    for (const [name, template] of Object.entries(outcome.Assign)) {
      assigned.set(name, Json.of(await fill(template, `${prefix}Assign/${name}`, evaluateAt)));
    }
  }
  const output =
    outcome.Output === undefined ? otherwise : Json.of(await fill(outcome.Output, `${prefix}Output`, evaluateAt));
  if (output.tooLarge) throw dataLimitExceeded(visit.name);
  return { output, assigned };
}

const fillField = (visit: Visit, template: unknown, location: string): Promise<unknown> =>
  fill(template, location, evaluatorOf(visit, {}));

function evaluatorOf(visit: Visit, extras: Extras, context?: Record<string, unknown>): EvaluateAt {
  const bindings = Object.create(visit.branch.scope.bindings);
  bindings.states = statesOf(visit, extras, context);
  return async (expression, location) => {
    const place = `${entered(visit)}The JSONata expression '${expression}' specified for the field '${location}' `;
    let value: unknown;
    try {
      value = withoutNonFinite(await evaluate(expression, bindings));
    } catch (error) {
      throw new EvaluationFailure(`${place}threw an error during evaluation${faultIn(error)}`, location);
    }
    if (value === undefined) throw new EvaluationFailure(`${place}returned nothing (undefined).`, location);
    if (isUnsupported(value)) throw new EvaluationFailure(`${place}returned an unsupported result type.`, location);
    return value;
  };
}

/** `$states`. Its parts are read only when an expression asks, for parsing them costs. */
function statesOf(visit: Visit, { result, errorOutput }: Extras, context?: Record<string, unknown>): object {
  return {
    get input() {
      return visit.input.value;
    },
    get context() {
      return context ?? contextOf(visit);
    },
    ...(result && { result: result.value }),
    ...(errorOutput && { errorOutput: errorOutput.value }),
  };
}

async function typed<T extends 'number' | 'string'>(
  visit: Visit,
  field: string,
  type: T,
): Promise<(T extends 'number' ? number : string) | undefined>;
async function typed(visit: Visit, field: string, type: string): Promise<unknown> {
  const template = visit.state[field];
  if (template === undefined) return undefined;
  const value = await fillField(visit, template, field);
  if (typeof value !== type) throw unexpected(visit, template, field, type, value);
  return value;
}

function unexpected(visit: Visit, template: unknown, location: string, expected: string, value: unknown) {
  const expression = expressionIn(template) ?? JSON.stringify(template);
  return new EvaluationFailure(
    `${entered(visit)}The JSONata expression '${expression}' specified for the field '${location}' ${describeUnexpected(expected, value)}`,
    location,
  );
}

/** `. T1006: Attempted to invoke a non-function`; errors without a code are the limits, and follow a colon. */
function faultIn(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `: ${String(error)}`;
  const { code, message } = error as { code?: string; message?: string };
  return code ? `. ${code}: ${message}` : `: ${message}`;
}
