import { describe, expect, it } from 'vitest';
import {
  describeInvalidDefinition,
  validateDefinition,
} from '../../../infra/local/step-functions/definition/validate.ts';
import { branch, faultsOf, jsonata, jsonPath, pass } from './machines.ts';

describe('a definition as a document', () => {
  it('must be JSON', () => {
    const [diagnostic, ...others] = validateDefinition('not a definition');

    expect(others).toEqual([]);
    expect(diagnostic).toEqual({
      severity: 'ERROR',
      code: 'INVALID_JSON_DESCRIPTION',
      location: '[Source: (String)"not a definition"; line: 1, column: 4]',
      message:
        "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n" +
        ' at [Source: (String)"not a definition"; line: 1, column: 4]',
    });
  });

  it('names the line and column of a syntax error', () => {
    const [diagnostic] = validateDefinition('{\n  "StartAt": "A",\n  "States": [}\n}');

    expect(diagnostic?.code).toBe('INVALID_JSON_DESCRIPTION');
    expect(diagnostic?.location).toContain('line: 3, column: 14]');
  });

  it.each([' ', '[]', '"text"', 'null'])('must be an object: %j is none', definition => {
    expect(validateDefinition(definition)).toEqual([
      { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' },
    ]);
  });

  it('needs StartAt and States', () => {
    expect(faultsOf('{}')).toEqual(['SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] @ /']);
    expect(faultsOf({ States: { A: pass } })).toEqual([
      'SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] @ /',
    ]);
    expect(faultsOf(jsonPath({ P: { Type: 'Parallel', Branches: [{ StartAt: 'A' }], End: true } }))).toEqual([
      'SCHEMA_VALIDATION_FAILED: These fields are required: [States] @ /States/P/Branches[0]',
    ]);
  });

  it('has no field that the language does not know', () => {
    expect(faultsOf(jsonPath({ A: pass }, { Coment: 'x' }))).toEqual([
      "SCHEMA_VALIDATION_FAILED: Field 'Coment' is not supported @ /",
    ]);
    expect(faultsOf(jsonPath({ A: { ...pass, constructor: 1 } }))).toEqual([
      "SCHEMA_VALIDATION_FAILED: Field 'constructor' is not supported @ /States/A",
    ]);
  });

  it('may be a megabyte long and no longer', () => {
    const comment = 'x'.repeat(1_048_576);

    expect(faultsOf(jsonPath({ A: pass }, { Comment: comment.slice(200) }))).toEqual([]);
    expect(faultsOf(jsonPath({ A: pass }, { Comment: comment }))).toHaveLength(1);
  });

  it('is refused, not crashed on, when it nests without end', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

    const faults = faultsOf(
      `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Output":${deep}}}}`,
    );

    expect(faults).toEqual(['TOO_DEEPLY_NESTED: The states are too deeply nested. @ undefined']);
  });
});

describe('the message of InvalidDefinition', () => {
  it('joins the errors, each with its code and location', () => {
    const diagnostics = validateDefinition(
      JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'C' }, B: pass } }),
    );

    expect(describeInvalidDefinition(diagnostics)).toBe(
      "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: C at /States/A/Next, " +
        `MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'`,
    );
  });

  it('says null where there is no location', () => {
    const diagnostics = validateDefinition(JSON.stringify(jsonPath({ A: { Type: 'Pass', Next: 'A' } })));

    expect(describeInvalidDefinition(diagnostics)).toBe(
      "Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'",
    );
  });

  it('is absent where there are warnings only', () => {
    const diagnostics = validateDefinition(JSON.stringify(jsonPath({ A: { ...pass, Parameters: { a: '$.b' } } })));

    expect(diagnostics.map(({ severity }) => severity)).toEqual(['WARNING']);
    expect(describeInvalidDefinition(diagnostics)).toBeUndefined();
  });
});

describe('names', () => {
  it('of states have at most 80 characters', () => {
    expect(faultsOf(jsonata({ ['é'.repeat(80)]: pass }))).toEqual([]);
    expect(faultsOf(jsonata({ ['é'.repeat(81)]: pass }))[0]).toMatch(/^INVALID_STATE_NAME: .*80-character limit/);
  });

  it('of states occur once in the whole machine', () => {
    const machine = jsonata({
      Outer: { Type: 'Parallel', Branches: [branch], Next: 'Inner' },
      Inner: pass,
    });

    expect(faultsOf(machine)).toEqual([
      'DUPLICATE_STATE_NAME: Duplicate State name: Inner @ /States/Outer/Branches[0]/States/Inner',
    ]);
  });

  it('of maps have at most 40 characters', () => {
    const map = (label: string) => jsonata({ M: { Type: 'Map', Label: label, ItemProcessor: branch, End: true } });

    expect(faultsOf(map('x'.repeat(40)))).toEqual([]);
    expect(faultsOf(map('x'.repeat(41)))[0]).toMatch(/^INVALID_LABEL_NAME: .*40-character limit/);
  });
});
