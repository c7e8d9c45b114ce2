import { describe, expect, it } from 'vitest';
import { faultsOf, invoke, jsonata, jsonPath, pass } from './machines.ts';

const missing = (name: string, at: string) => `MISSING_TRANSITION_TARGET: Missing 'Next' target: ${name} @ ${at}`;
const unreachable = (name: string, at: string) =>
  `MISSING_TRANSITION_TARGET: State "${name}" is not reachable. @ ${at}`;
const endless = 'MISSING_END_STATE: Workflow has no terminal state @ undefined';

describe('transitions', () => {
  it('lead to states that exist, wherever the target is named', () => {
    const machine = jsonata({
      Choose: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Ghost1' }], Default: 'Ghost2' },
    });
    const task = jsonata({ Work: { ...invoke, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Ghost3' }] } });

    expect(faultsOf(machine)).toEqual([
      missing('Ghost1', '/States/Choose/Choices[0]/Next'),
      missing('Ghost2', '/States/Choose/Default'),
      endless,
    ]);
    expect(faultsOf(task)).toEqual([missing('Ghost3', '/States/Work/Catch[0]/Next')]);
  });

  it('begin at a state that exists', () => {
    expect(faultsOf({ StartAt: 'Nope', States: { A: pass } })).toEqual([
      missing('Nope', '/StartAt'),
      unreachable('A', '/States/A'),
    ]);
  });

  it('stay within their own branch', () => {
    const states = { A: { Type: 'Pass', Next: 'Outside' }, B: pass };
    const machine = jsonata({
      P: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: states }], Next: 'Outside' },
      Outside: pass,
    });

    expect(faultsOf(machine)).toEqual([
      missing('Outside', '/States/P/Branches[0]/States/A/Next'),
      unreachable('B', '/States/P/Branches[0]/States/B'),
    ]);
  });

  it('reach every state', () => {
    const states = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };

    expect(faultsOf(jsonPath({ ...states, C: pass }))).toEqual([unreachable('C', '/States/C')]);
    expect(faultsOf(jsonPath({ A: pass, 'a/b': pass }))).toEqual([unreachable('a/b', '/States/a/b')]);
  });

  it('come to an end, which counts before what cannot be reached', () => {
    const loop = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };

    expect(faultsOf(jsonPath(loop))).toEqual([endless]);
    expect(faultsOf(jsonPath({ ...loop, Unused: { Type: 'Pass', Next: 'A' } }))).toEqual([endless]);
    expect(faultsOf(jsonPath({ A: { Type: 'Pass', Next: 'NOPE' } }))).toEqual([
      missing('NOPE', '/States/A/Next'),
      endless,
    ]);
  });

  it('need no end in an item processor', () => {
    const loop = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };
    const machine = jsonPath({ M: { Type: 'Map', ItemProcessor: { StartAt: 'A', States: loop }, End: true } });

    expect(faultsOf(machine)).toEqual([]);
  });

  it.each(['Succeed', 'Fail'])('may end in %s', type => {
    expect(faultsOf(jsonata({ Over: { Type: type } }))).toEqual([]);
  });
});
