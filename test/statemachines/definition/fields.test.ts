import { describe, expect, it } from 'vitest';
import { branch, faultsOf, invoke, jsonata, jsonPath, pass } from './machines.ts';

const schema = (message: string, at: string) => `SCHEMA_VALIDATION_FAILED: ${message} @ ${at}`;
const wait = { Type: 'Wait', Seconds: 1, End: true };
const alone = 'States.ALL must appear alone and at end of list';

describe('the type of a state', () => {
  it('is one of eight', () => {
    expect(faultsOf(jsonata({ A: { Type: 'Sleep', End: true } }))).toEqual([
      schema(
        "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
        '/States/A/Type',
      ),
    ]);
  });

  it.each([
    ['TimeoutSeconds', { ...pass, TimeoutSeconds: 5 }],
    ['Catch', { ...pass, Catch: [] }],
    ['Retry', { ...wait, Retry: [] }],
    ['TimeoutSeconds', { Type: 'Map', ItemProcessor: branch, TimeoutSeconds: 5, End: true }],
    ['TimeoutSeconds', { Type: 'Parallel', Branches: [branch], TimeoutSeconds: 5, End: true }],
    ['Arguments', { Type: 'Map', ItemProcessor: branch, Arguments: {}, End: true }],
    ['Assign', { Type: 'Succeed', Assign: {} }],
    ['Next', { Type: 'Fail', Next: 'A' }],
    ['End', { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], End: true }],
  ])('decides its fields: no %s on %j', (field, state) => {
    expect(faultsOf(jsonata({ A: state, Z: pass }))).toContain(
      schema(`Field '${field}' is not supported`, '/States/A'),
    );
  });

  it.each([
    ['Resource', { Type: 'Task', End: true }],
    ['Branches', { Type: 'Parallel', End: true }],
    ['Choices', { Type: 'Choice', Default: 'A' }],
  ])('decides what it needs: %s', (field, state) => {
    expect(faultsOf(jsonata({ A: state, Z: pass }))).toContain(
      schema(`These fields are required: [${field}]`, '/States/A'),
    );
  });
});

describe('Next and End', () => {
  it('are one or the other', () => {
    expect(faultsOf(jsonata({ A: { Type: 'Pass' }, B: pass }))).toContain(
      schema('This object should have only one of the following fields: [Next, End]', '/States/A'),
    );
    expect(faultsOf(jsonata({ A: { ...pass, Next: 'B' }, B: pass }))).toEqual([
      schema('There should only be one of the following fields: [Next, End]', '/States/A'),
    ]);
    expect(faultsOf(jsonata({ A: { ...pass, End: false, Next: 'B' }, B: pass }))).toEqual([]);
  });
});

describe('the query language', () => {
  it('refuses fields of the other one', () => {
    expect(faultsOf(jsonata({ A: { ...pass, InputPath: '$.a', ResultPath: '$.b' } }))).toEqual(
      ['InputPath', 'ResultPath'].map(field =>
        schema(
          `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`,
          '/States/A',
        ),
      ),
    );
    expect(faultsOf(jsonPath({ A: { ...pass, Output: 1 } }))).toEqual([
      schema(
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
        '/States/A',
      ),
    ]);
  });

  it('of a state can become JSONata, not JSONPath', () => {
    const asJsonata = { ...pass, QueryLanguage: 'JSONata', Output: '{% 1 %}' };
    const asJsonPath = { ...pass, QueryLanguage: 'JSONPath', Output: '{% 1 %}' };

    expect(faultsOf(jsonPath({ A: asJsonata }))).toEqual([]);
    expect(faultsOf(jsonata({ A: asJsonPath }))).toEqual([
      schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", '/States/A'),
    ]);
  });

  it('is the machine’s within a branch, whatever the state around it says', () => {
    const inner = { StartAt: 'P', States: { P: { ...pass, Output: 1 } } };

    expect(
      faultsOf(jsonPath({ M: { Type: 'Map', QueryLanguage: 'JSONata', ItemProcessor: inner, End: true } })),
    ).toEqual([
      schema(
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
        '/States/M/ItemProcessor/States/P',
      ),
    ]);
  });

  it('has two values, and counts as JSONata when it has another', () => {
    const one = 'Value should be one of the following: [JSONPath, JSONata]';

    expect(faultsOf(jsonPath({ A: { ...pass, Output: '{% 1 %}' } }, { QueryLanguage: 'jsonpath' }))).toEqual([
      schema(one, '/QueryLanguage'),
    ]);
    expect(faultsOf(jsonPath({ A: pass }, { QueryLanguage: 5 }))).toEqual([
      schema('Expected value of type [STRING]', '/QueryLanguage'),
    ]);
    expect(faultsOf(jsonata({ A: { ...pass, QueryLanguage: 'jsonpath' } }))).toEqual([
      schema(one, '/States/A/QueryLanguage'),
    ]);
  });

  it('is nothing that a branch or an item processor can set', () => {
    expect(
      faultsOf(jsonPath({ M: { Type: 'Map', ItemProcessor: { ...branch, QueryLanguage: 'JSONata' }, End: true } })),
    ).toEqual([schema("Field 'QueryLanguage' is not supported", '/States/M/ItemProcessor')]);
  });
});

describe('numbers and times', () => {
  it.each([
    [{ ...invoke, TimeoutSeconds: 0 }, 'Minimum value is 1', 'TimeoutSeconds'],
    [{ ...invoke, TimeoutSeconds: 'soon' }, 'Expected value of type Integer', 'TimeoutSeconds'],
    [{ ...invoke, HeartbeatSeconds: 1.5 }, 'Expected value of type Integer', 'HeartbeatSeconds'],
    [{ ...wait, Seconds: -1 }, 'Minimum value is 0', 'Seconds'],
    [{ ...wait, Seconds: 100_000_000 }, 'Maximum value is 99999999', 'Seconds'],
    [
      { Type: 'Wait', Timestamp: '2030-01-01 00:00:00Z', End: true },
      'String does not match RFC3339 timestamp',
      'Timestamp',
    ],
    [{ Type: 'Map', ItemProcessor: branch, MaxConcurrency: -1, End: true }, 'Minimum value is 0', 'MaxConcurrency'],
    [
      { Type: 'Map', ItemProcessor: branch, ToleratedFailurePercentage: 101, End: true },
      'Maximum value is 100.0',
      'ToleratedFailurePercentage',
    ],
  ])('keep within their bounds: %j', (state, message, field) => {
    expect(faultsOf(jsonata({ A: state }))).toEqual([schema(message, `/States/A/${field}`)]);
  });

  it('may be expressions in JSONata only', () => {
    expect(faultsOf(jsonata({ A: { ...wait, Seconds: '{% 1 %}' } }))).toEqual([]);
    expect(faultsOf(jsonPath({ A: { ...wait, Seconds: '{% 1 %}' } }))).toHaveLength(1);
  });

  it('leave a task time to beat before it times out', () => {
    expect(faultsOf(jsonata({ A: { ...invoke, TimeoutSeconds: 10, HeartbeatSeconds: 9 } }))).toEqual([]);
    expect(faultsOf(jsonata({ A: { ...invoke, TimeoutSeconds: 10, HeartbeatSeconds: 10 } }))).toHaveLength(1);
  });

  it('say once how long to wait', () => {
    const fields = '[SecondsPath, Seconds, TimestampPath, Timestamp]';

    expect(faultsOf(jsonPath({ A: { ...wait, SecondsPath: '$.s' } }))).toEqual([
      schema(`There should only be one of the following fields: ${fields}`, '/States/A'),
    ]);
    expect(faultsOf(jsonata({ A: { Type: 'Wait', End: true } }))).toEqual([
      schema(`This object should have only one of the following fields: ${fields}`, '/States/A'),
    ]);
  });
});

describe('Retry and Catch', () => {
  const retrying = (...retriers: unknown[]) => jsonata({ A: { ...invoke, Retry: retriers } });

  it('name errors', () => {
    expect(faultsOf(retrying({}))).toEqual([schema('These fields are required: [ErrorEquals]', '/States/A/Retry[0]')]);
    expect(faultsOf(retrying({ ErrorEquals: [] }))).toEqual([
      schema('Value cannot be empty', '/States/A/Retry[0]/ErrorEquals'),
    ]);
    expect(faultsOf(retrying())).toEqual([]);
  });

  it('have States.ALL alone and at the end', () => {
    const all = { ErrorEquals: ['States.ALL'] };

    expect(faultsOf(retrying({ ErrorEquals: ['X'] }, all))).toEqual([]);
    expect(faultsOf(retrying(all, { ErrorEquals: ['X'] }))).toEqual([schema(alone, '/States/A/Retry[0]/ErrorEquals')]);
    expect(faultsOf(retrying({ ErrorEquals: ['X', 'States.ALL'] }))).toEqual([
      schema(alone, '/States/A/Retry[0]/ErrorEquals'),
    ]);
  });

  it.each([
    ['BackoffRate', 0.5, 'Minimum value is 1.0'],
    ['MaxAttempts', -1, 'Minimum value is 0'],
    ['MaxDelaySeconds', 31_622_401, 'Maximum value is 31622400'],
    ['JitterStrategy', 'SOME', 'Value should be one of the following: [NONE, FULL]'],
  ])('keep within their bounds: %s %j', (field, value, message) => {
    expect(faultsOf(retrying({ ErrorEquals: ['X'], [field]: value }))).toEqual([
      schema(message, `/States/A/Retry[0]/${field}`),
    ]);
  });

  it('catch to somewhere', () => {
    expect(faultsOf(jsonata({ A: { ...invoke, Catch: [{ ErrorEquals: ['X'] }] } }))).toEqual([
      schema('These fields are required: [Next]', '/States/A/Catch[0]'),
    ]);
  });
});

describe('choice rules', () => {
  const choosing = (make: typeof jsonata, rule: unknown) =>
    faultsOf(make({ A: { Type: 'Choice', Choices: [rule], Default: 'Z' }, Z: pass }));
  const at = '/States/A/Choices[0]';

  it('are at least one', () => {
    expect(faultsOf(jsonata({ A: { Type: 'Choice', Choices: [], Default: 'Z' }, Z: pass }))).toEqual([
      schema('Value cannot be empty', '/States/A/Choices'),
    ]);
  });

  it('lead somewhere, on the outside only', () => {
    const nested = { Not: { Variable: '$.a', IsNull: true, Next: 'Z' }, Next: 'Z' };

    expect(choosing(jsonata, { Condition: true })).toEqual([schema('These fields are required: [Next]', at)]);
    expect(choosing(jsonPath, nested)).toEqual([schema("Field 'Next' is not supported", `${at}/Not`)]);
  });

  it('are comparisons in JSONPath and conditions in JSONata', () => {
    const comparison = { Variable: '$.a', NumericEquals: 1, Next: 'Z' };
    const condition = { Condition: '{% true %}', Next: 'Z' };

    expect(choosing(jsonPath, comparison)).toEqual([]);
    expect(choosing(jsonata, condition)).toEqual([]);
    expect(choosing(jsonata, comparison)[0]).toContain("field 'Variable' is only supported for the 'JSONPath'");
    expect(choosing(jsonPath, condition)[0]).toContain("field 'Condition' is only supported for the 'JSONata'");
  });

  it('compare with one operator', () => {
    expect(choosing(jsonPath, { Variable: '$.a', Next: 'Z' })).toHaveLength(1);
    expect(choosing(jsonPath, { Variable: '$.a', IsNull: true, IsPresent: true, Next: 'Z' })).toHaveLength(1);
  });
});

describe('paths and payload templates', () => {
  it('begin with a dollar sign', () => {
    expect(faultsOf(jsonPath({ A: { ...pass, InputPath: 'a' } }))).toEqual([
      schema('Value must be a valid JSONPath.', '/States/A/InputPath'),
    ]);
    expect(faultsOf(jsonPath({ A: { ...pass, Parameters: { b: { 'c.$': 'd' } } } }))).toEqual([
      schema(
        "The value for the field 'c.$' must be a valid JSONPath or a valid intrinsic function call",
        '/States/A/Parameters',
      ),
    ]);
    expect(faultsOf(jsonPath({ A: { ...pass, Parameters: { 'b.$': 'States.UUID()' } } }))).toEqual([]);
  });

  it('name one node where one is meant', () => {
    expect(faultsOf(jsonPath({ A: { ...pass, ResultPath: '$.a[*]' } }))).toEqual([
      schema('Value is not a Reference Path', '/States/A/ResultPath'),
    ]);
    expect(faultsOf(jsonPath({ A: { ...pass, ResultPath: "$['a*'].b[0]" } }))).toEqual([]);
  });
});

describe('resources', () => {
  it('are ARNs', () => {
    expect(faultsOf(jsonata({ A: { ...invoke, Resource: 'work' } }))).toEqual([
      schema('Value is not a valid resource ARN', '/States/A/Resource'),
    ]);
  });

  it('are integrations with patterns that exist', () => {
    const resource = 'arn:aws:states:::lambda:invoke.sync';

    expect(faultsOf(jsonata({ A: { ...invoke, Resource: resource } }))).toEqual([
      schema(
        `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
        '/States/A/Resource',
      ),
    ]);
  });

  it('ask for their arguments', () => {
    const { Arguments: _, ...bare } = invoke;

    expect(faultsOf(jsonata({ A: bare }))).toEqual([
      schema('Arguments field is required for resource ARN: arn:aws:states:::lambda:invoke', '/States/A'),
    ]);
    expect(faultsOf(jsonata({ A: { ...invoke, Arguments: { Function: 'f' } } }))).toEqual([
      schema("The field 'FunctionName' is required but was missing", '/States/A/Arguments'),
      schema('The field "Function" is not supported by Step Functions', '/States/A/Arguments'),
    ]);
    expect(faultsOf(jsonata({ A: { ...invoke, Arguments: '{% $states.input %}' } }))).toEqual([]);
  });

  it('take credentials with a role', () => {
    expect(faultsOf(jsonata({ A: { ...invoke, Credentials: {} } }))).toEqual([
      schema("The field 'RoleArn' is required but was missing", '/States/A/Credentials'),
    ]);
  });
});

describe('branches and item processors', () => {
  it('are there', () => {
    expect(faultsOf(jsonata({ A: { Type: 'Parallel', Branches: [], End: true } }))).toEqual([
      schema('Value cannot be empty', '/States/A/Branches'),
    ]);
    expect(faultsOf(jsonata({ A: { Type: 'Map', End: true } }))).toEqual([
      schema('This object should have only one of the following fields: [ItemProcessor, Iterator]', '/States/A'),
    ]);
  });

  it('say how a distributed map runs', () => {
    const map = (config: unknown) =>
      jsonata({ A: { Type: 'Map', ItemProcessor: { ...branch, ProcessorConfig: config }, End: true } });

    expect(faultsOf(map({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }))).toEqual([]);
    expect(faultsOf(map({ Mode: 'DISTRIBUTED' }))).toEqual([
      schema('These fields are required: [ExecutionType]', '/States/A/ItemProcessor/ProcessorConfig'),
    ]);
    expect(faultsOf(map({ Mode: 'INLINE', ExecutionType: 'STANDARD' }))).toEqual([
      schema("Field 'ExecutionType' is not supported", '/States/A/ItemProcessor/ProcessorConfig'),
    ]);
  });
});
