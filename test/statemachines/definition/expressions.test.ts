import { describe, expect, it } from 'vitest';
import { branch, faultsOf, invoke, jsonata, jsonPath, pass } from './machines.ts';

const output = (expression: string) => faultsOf(jsonata({ A: { ...pass, Output: { v: `{% ${expression} %}` } } }));
const invalid = (message: string, at = '/States/A/Output/v') => `INVALID_JSONATA_EXPRESSION: ${message} @ ${at}`;
const unsupported = (message: string, at = '/States/A/Output/v') =>
  `UNSUPPORTED_JSONATA_EXPRESSION: ${message} @ ${at}`;
const topLevel = (name: string, at?: string) =>
  unsupported(`Reference to '${name}' at the top level is not supported.`, at);

describe('a JSONata expression', () => {
  it.each([
    ['a[1,2)', 'Expected "]", got ","'],
    ['"unterminated', 'String literal must be terminated by a matching quote'],
    ['1 +', 'Unexpected end of expression'],
    ['', 'Unexpected end of expression'],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
    ['$match("a", /abc', 'No terminating / in regular expression'],
  ])('parses: %s does not', (expression, message) => {
    expect(output(expression)).toEqual([invalid(message)]);
  });

  it('closes', () => {
    expect(faultsOf(jsonata({ A: { ...pass, Output: '{% 1' } }))).toEqual([
      'SCHEMA_VALIDATION_FAILED: JSONata string must start with {% and end with %} @ /States/A/Output',
    ]);
    expect(faultsOf(jsonata({ A: { ...pass, Output: ' {% not one %}' } }))).toEqual([]);
  });

  it.each([
    ['phone', ['phone']],
    ['$.phone', ['$']],
    ['aaa + bbb + aaa', ['aaa', 'bbb']],
    ['{aaa: 1}', ['aaa']],
    ['$map($states.input.list, function($x) { other })', ['other']],
    ['list[0]', ['list']],
    ['list^(age)', ['list']],
    ['flag ? $states.input : no', ['flag', 'no']],
    ['($x := y; $x)', ['y']],
  ])('has no context at the top level: %s', (expression, names) => {
    expect(output(expression)).toEqual(names.map(name => topLevel(name)));
  });

  it.each([
    '$states.input.phone',
    '$states.input.items[phone > 3]',
    '$states.input.items[$.phone > 3].{"number": phone}',
    '$states.input.items^(>age){name: $sum(age)}',
    '$map($states.input.list, function($x) { $x.phone })',
    '$states.input ~> |list|{"seen": phone}|',
    '$variable[name = "a"]',
    '$states.context.Execution.Id',
    '$states.input.(a + b)',
  ])('has one within a path: %s', expression => {
    expect(output(expression)).toEqual([]);
  });

  it('never reads the root', () => {
    expect(output('$states.input.list.($$.a)')).toEqual([unsupported("Reference to '$$' is not supported.")]);
  });

  it.each([
    ['nested output', { ...pass, Output: { a: [{ b: '{% x %}' }] } }, '/States/A/Output/a[0]/b'],
    ['an assignment', { ...pass, Assign: { Next: '{% x %}' } }, '/States/A/Assign/Next'],
    ['a wait', { Type: 'Wait', Seconds: '{% x %}', End: true }, '/States/A/Seconds'],
    ['a cause', { Type: 'Fail', Cause: '{% x %}' }, '/States/A/Cause'],
    ['items', { Type: 'Map', Items: '{% x %}', ItemProcessor: branch, End: true }, '/States/A/Items'],
    [
      'arguments',
      { ...invoke, Arguments: { FunctionName: 'f', Payload: { Comment: '{% x %}' } } },
      '/States/A/Arguments/Payload/Comment',
    ],
    ['a timeout', { ...invoke, TimeoutSeconds: '{% x %}' }, '/States/A/TimeoutSeconds'],
  ])('is found in %s', (_, state, at) => {
    expect(faultsOf(jsonata({ A: state }))).toEqual([topLevel('x', at)]);
  });

  it('is found in a condition', () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: '{% x = 1 %}', Next: 'Z' }], Default: 'Z' };

    expect(faultsOf(jsonata({ A: choice, Z: pass }))).toEqual([topLevel('x', '/States/A/Choices[0]/Condition')]);
  });

  it.each([
    ['a comment', jsonata({ A: { ...pass, Comment: '{% x %}' } })],
    ['an error name', jsonata({ A: { ...invoke, Retry: [{ ErrorEquals: ['{% x %}'] }] } })],
    ['a JSONPath state', jsonPath({ A: { ...pass, Parameters: { v: '{% x %}' } } })],
  ])('is mere text in %s', (_, machine) => {
    expect(faultsOf(machine)).toEqual([]);
  });
});

describe('$states', () => {
  const missing = (field: string, at: string) => unsupported(`Field '$states.${field}' does not exist.`, at);

  it('has a result in the output and assignments of what has run', () => {
    const fields = { Output: '{% $states.result %}', Assign: { r: '{% $states.result.x %}' } };

    expect(faultsOf(jsonata({ A: { ...invoke, ...fields } }))).toEqual([]);
    expect(faultsOf(jsonata({ A: { Type: 'Map', ItemProcessor: branch, ...fields, End: true } }))).toEqual([]);
    expect(faultsOf(jsonata({ A: { ...pass, ...fields } }))).toEqual([
      missing('result', '/States/A/Output'),
      missing('result', '/States/A/Assign/r'),
    ]);
  });

  it('has none in the arguments', () => {
    const state = { ...invoke, Arguments: { FunctionName: 'f', Payload: '{% $states.result %}' } };

    expect(faultsOf(jsonata({ A: state }))).toEqual([missing('result', '/States/A/Arguments/Payload')]);
  });

  it('has an error in a catcher', () => {
    const catching = (expression: string) => {
      const catcher = { ErrorEquals: ['X'], Output: expression, Next: 'Z' };
      return faultsOf(jsonata({ A: { ...invoke, Catch: [catcher] }, Z: pass }));
    };

    expect(catching('{% $states.errorOutput.Cause %}')).toEqual([]);
    expect(catching('{% $states.result %}')).toEqual([missing('result', '/States/A/Catch[0]/Output')]);
    expect(output('$states.errorOutput')).toEqual([missing('errorOutput', '/States/A/Output/v')]);
  });
});

describe('variables', () => {
  const assign = (...names: string[]) => Object.fromEntries(names.map(name => [name, 1]));
  const assigning = (...names: string[]) => ({ ...pass, Assign: assign(...names) });

  it('are named like identifiers', () => {
    expect(faultsOf(jsonata({ A: assigning('größe', 'a_1') }))).toEqual([]);
    expect(faultsOf(jsonata({ A: assigning('1a') }))).toEqual([
      "INVALID_VARIABLE_NAME: Invalid variable name '1a': the variable name contains invalid characters. @ /States/A/Assign/1a",
    ]);
    expect(faultsOf(jsonata({ A: assigning('a'.repeat(81)) }))[0]).toMatch(/^INVALID_VARIABLE_NAME/);
  });

  it('are not called states', () => {
    expect(faultsOf(jsonata({ A: assigning('states') }))).toEqual([
      "RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. @ /States/A/Assign/states",
    ]);
  });

  it('of a branch are named unlike those around it', () => {
    const inner = { StartAt: 'B', States: { B: assigning('x', 'y') } };
    const parallel = { Type: 'Parallel', Branches: [inner], Assign: { y: 1 }, End: true };
    const first = { Type: 'Pass', Assign: assign('x'), Next: 'P' };

    expect(faultsOf(jsonata({ A: first, P: parallel }))).toEqual([
      "DUPLICATE_VARIABLE_NAME: The variable name 'x' was already defined in a parent scope. @ /States/P/Branches[0]/States/B/Assign/x",
    ]);
  });
});
