import type { StateType } from '../interpreter/definition.ts';
import type { RunState } from '../interpreter/visit.ts';
import { runChoice } from './Choice.ts';
import { runFail } from './Fail.ts';
import { runMap } from './Map.ts';
import { runParallel } from './Parallel.ts';
import { runPass } from './Pass.ts';
import { runSucceed } from './Succeed.ts';
import { runTask } from './Task.ts';
import { runWait } from './Wait.ts';

export const states: Readonly<Record<StateType, RunState>> = {
  Task: runTask,
  Pass: runPass,
  Choice: runChoice,
  Wait: runWait,
  Succeed: runSucceed,
  Fail: runFail,
  Parallel: runParallel,
  Map: runMap,
};
