import { setTimeout as sleep } from 'node:timers/promises';
import { decideRollback, type RollbackDecision } from '../../../../functions/domain/decide-rollback.ts';
import { decideRollout, type RolloutDecision } from '../../../../functions/domain/decide-rollout.ts';
import type { Facts } from '../../../../functions/domain/facts.ts';
import type { Row, Sql } from '../../../support/sql.ts';
import { judge } from './looks.ts';

type Decision = RolloutDecision | RollbackDecision;

const ACTS: Record<Exclude<Decision['kind'], 'move'>, string> = {
  start: 'start_deployment',
  plan: 'plan_deployment',
  failOverdue: 'fail_overdue',
  finishBatch: 'finish_batch',
  finishBake: 'finish_bake',
  hold: 'hold_deployment',
  rollBack: 'rollback_deployment',
  complete: 'complete_deployment',
  finishUndo: 'finish_undo',
  finishRollback: 'finish_rollback',
};

const WAITS: Record<string, string> = {
  AwaitSchedule: 'wait_for_schedule',
  DeployBatch: 'begin_batch',
  BakeBatch: 'wait_for_bake',
  AwaitContinue: 'wait_for_person',
  UndoBatch: 'begin_undo',
};

/** What the state machines do, in this process: executions that decide, write, and wait for tokens. */
export interface Workflows {
  /** Starts the execution of one generation; one that never ends is left behind, as a superseded one would be. */
  start(deployID: string, generation: number): void;
  /** Does what an answer asks for: sends the tokens in it, starts the execution of its deployment that it names. */
  follow(rows: readonly Row[], deployID?: string): Promise<void>;
  stop(): void;
}

/**
 * @param onFault is handed whatever ends an execution by error.
 * @param lost which share of the tokens is lost on its way, for others to send again.
 */
export function createWorkflows(sql: Sql, onFault: (error: unknown) => void, lost: number): Workflows {
  const waiting = new Map<string, () => void>();
  let stopped = false;
  let tokens = 0;

  async function run(deployID: string, generation: number): Promise<void> {
    for (;;) {
      const facts = await readFacts(sql, deployID);
      if (stopped || facts?.generation !== generation) return;
      const decision = facts.status === 'rollingBack' ? decideRollback(facts) : decideRollout(facts);
      if (decision.kind !== 'move') {
        await follow(await sql.call(ACTS[decision.kind], argumentsOf(decision, facts)), deployID);
        continue;
      }
      if (decision.next === 'JudgeBatch') {
        await judge(sql, deployID, generation);
        continue;
      }
      const wait = WAITS[decision.next];
      if (!wait) return;
      await enter(wait, facts, decision.seconds);
    }
  }

  async function enter(wait: string, { deployID, generation, revision }: Facts, seconds: number): Promise<void> {
    tokens += 1;
    const token = `token-${tokens}`;
    const entered = new Date().toISOString();
    const ended = new Promise<void>(resolve => {
      waiting.set(token, resolve);
    });
    const rows = await sql.call(wait, { deployID, generation, step: revision, token, entered, retry: tokens });
    if (rows[0]?.['over'] !== true) await Promise.race([ended, sleep(seconds * 1000, undefined, { ref: false })]);
    waiting.delete(token);
  }

  async function follow(rows: readonly Row[], deployID?: string): Promise<void> {
    for (const row of rows) {
      if (row.row === 'started' && deployID) start(deployID, Number(row['generation']));
      if (row.row !== 'signals') continue;
      const sent = (row['signals'] as { token: string }[]).filter(() => Math.random() >= lost);
      for (const { token } of sent) waiting.get(token)?.();
      if (sent.length > 0) await sql.call('clear_token', { signals: sent });
    }
  }

  function start(deployID: string, generation: number): void {
    run(deployID, generation).catch(onFault);
  }

  return {
    start,
    follow,
    stop: () => {
      stopped = true;
      for (const end of waiting.values()) end();
    },
  };
}

async function readFacts(sql: Sql, deployID: string): Promise<Facts | undefined> {
  const [row] = await sql.query<{ facts: Facts | null }>('select deployment_facts($1) as facts', [deployID]);
  return row?.facts ?? undefined;
}

function argumentsOf(decision: Exclude<Decision, { kind: 'move' }>, { deployID, generation, revision }: Facts): object {
  const decided = { deployID, generation, revision };
  switch (decision.kind) {
    case 'hold':
      return { ...decision, ...decided, kind: decision.hold };
    case 'finishRollback':
      return { ...decided, reason: decision.failure };
    default:
      return { ...decision, ...decided };
  }
}
