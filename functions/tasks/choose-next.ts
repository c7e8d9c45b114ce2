import { setTimeout as sleep } from 'node:timers/promises';
import { type Changed, nextGeneration, readFacts } from '#data/workflow.ts';
import type { Facts } from '#domain/facts.ts';
import { type DeploymentStatus, machineOf } from '#domain/statuses.ts';
import { envNumber } from '#platform/env.ts';
import { publishChanges } from '#platform/events.ts';
import { logger } from '#platform/powertools.ts';
import { type TaskInput, task } from '#platform/task.ts';
import { type Machine, sendSignals, tryStartExecution } from '#platform/workflows.ts';

/** How often an execution looks before the next generation goes on: a look and its wait are at most 20 of 25,000 events. */
const looksInExecution = envNumber('LOOKS_IN_EXECUTION');

interface ChooseInput extends TaskInput {
  /** How often this execution has looked before. */
  readonly looks: number;
}

/** Where the machine goes: `step` names the facts that a wait was decided from; `seconds`, its time-out, is at least 1. */
export interface Choice {
  readonly next: string;
  readonly step: number;
  readonly seconds: number;
}

interface Move {
  readonly kind: 'move';
  readonly next: string;
  readonly seconds: number;
  readonly reason: string;
}

interface Act {
  readonly kind: string;
  readonly reason: string;
}

/**
 * The deciding Lambda of a machine: reads the facts, decides, writes what is to be written and decides again, until the
 * decision is a move. An execution that is no longer the living one sees to it that the living one runs, and ends.
 * Every change of a status is followed by a look of the living one, which publishes it.
 */
export function chooseNext<A extends Act>(
  machine: Machine,
  decide: (facts: Facts) => A | Move,
  act: (decision: A, facts: Facts) => Promise<Changed>,
) {
  return task(async ({ deployID, generation, looks }: ChooseInput): Promise<Choice> => {
    let facts = await readFacts(deployID);
    while (facts?.generation === generation) {
      const decision = decide(facts);
      log(facts, decision);
      if (isMove(decision)) {
        // The last part of a second before a schedule is waited for here: time-outs of states are whole seconds.
        if (decision.next === 'AwaitSchedule' && decision.seconds < 1) {
          await sleep(decision.seconds * 1000);
          facts = await readFacts(deployID);
          continue;
        }
        await publishChanges(facts.unpublished);
        if (decision.seconds > 0 && looks >= looksInExecution) return continueAsNew(facts);
        return { next: decision.next, step: facts.revision, seconds: Math.max(1, wholeSeconds(decision)) };
      }
      const changed: Changed = await act(decision, facts);
      await sendSignals(changed.signals);
      facts = changed.facts;
    }
    await startLiving(deployID, facts);
    const next = machine === 'rollout' && facts?.status === 'rollingBack' ? 'RollingBack' : 'Superseded';
    return { next, step: 0, seconds: 1 };
  });
}

function isMove(decision: Act | Move): decision is Move {
  return decision.kind === 'move';
}

/** A schedule is looked at before its time, any other wait after it. */
function wholeSeconds({ next, seconds }: Move): number {
  return next === 'AwaitSchedule' ? Math.floor(seconds) : Math.ceil(seconds);
}

async function continueAsNew({ deployID, generation }: Facts): Promise<Choice> {
  await startLiving(deployID, await nextGeneration({ deployID, generation }));
  return { next: 'ContinuedAsNew', step: 0, seconds: 1 };
}

/** Sees to it that the living execution of a deployment runs, if it is to have one. */
async function startLiving(
  deployID: string,
  living: { generation: number; status: DeploymentStatus } | undefined,
): Promise<void> {
  const machine = living && machineOf(living.status);
  if (machine) await tryStartExecution(deployID, living.generation, machine);
}

/** Flat: the thousands of batches that a plan may have are no line of a log. */
function log(facts: Facts, decision: Act): void {
  const { deployID, service, generation, revision, status } = facts;
  const flat = Object.fromEntries(Object.entries(decision).filter(([, value]) => typeof value !== 'object'));
  logger.info('decided', { code: 'decided', deployID, service, generation, revision, status, ...flat });
}
