import { describe, expect, it } from 'vitest';
import { findVariableReferences, validateDefinition } from '../../../infra/local/step-functions/definition/validate.ts';
import { faultsOf, invoke, jsonata, jsonPath, pass } from './machines.ts';

describe('the variables that states read', () => {
  it('are found in expressions, without what these introduce and call', () => {
    const output = { a: '{% ($x := $total; $map($list, function($item) { $item + $x })) %}', b: ['{% $flag %}'] };

    expect(findVariableReferences(jsonata({ A: { ...pass, Output: output }, B: pass }))).toEqual({
      A: ['flag', 'list', 'total'],
    });
  });

  it('are found in paths, intrinsic functions and choice rules', () => {
    const machine = jsonPath({
      Choose: { Type: 'Choice', Choices: [{ Variable: '$guess', StringEqualsPath: '$answer.text', Next: 'Say' }] },
      Say: {
        ...pass,
        InputPath: '$theInput',
        Parameters: { 'said.$': "States.Format('not $this: {} {}', $word, $.own)", literal: '$text' },
      },
    });

    expect(findVariableReferences(machine)).toEqual({ Choose: ['answer', 'guess'], Say: ['theInput', 'word'] });
  });

  it('belong to the inner state that reads them', () => {
    const inner = { StartAt: 'Inner', States: { Inner: { ...pass, Output: '{% $deep %}' } } };
    const machine = jsonata({ Outer: { Type: 'Map', Items: '{% $list %}', ItemProcessor: inner, End: true } });

    expect(findVariableReferences(machine)).toEqual({ Inner: ['deep'], Outer: ['list'] });
  });
});

describe('an Express workflow', () => {
  it.each([
    ['arn:aws:states:::lambda:invoke.waitForTaskToken', "'.waitForTaskToken' service integration "],
    ['arn:aws:states:::states:startExecution.sync', "'.sync' service integration"],
    ['arn:aws:states:us-east-1:123456789012:activity:a', 'Activity ARN'],
  ])('does not wait for %s', (resource, unsupported) => {
    const machine = { ...jsonata({ A: { ...invoke, Resource: resource } }) };

    const messages = validateDefinition(JSON.stringify(machine), 'EXPRESS').map(({ message }) => message);

    expect(messages).toContain(`Express state machine does not support ${unsupported}`);
    expect(faultsOf(machine).join()).not.toContain('Express');
  });
});

describe('intrinsic functions', () => {
  it('escape quotes and braces in their texts, and nothing else', () => {
    const formatting = (text: string) =>
      faultsOf(jsonPath({ A: { ...pass, Parameters: { 'a.$': `States.Format('${text}')` } } }));

    expect(formatting(String.raw`it\'s \{\} \\`)).toEqual([]);
    expect(formatting(String.raw`a \"quote\"`)).toEqual([
      "SCHEMA_VALIDATION_FAILED: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call @ /States/A/Parameters",
    ]);
  });
});
