import type { Look, Verdict } from '../../../../functions/domain/analysis/look.ts';
import { completePolicy, type Policy } from '../../../../functions/domain/analysis/policy.ts';
import { addLook, isToLookAgain, type Tally, tallyOf } from '../../../../functions/domain/analysis/tally.ts';
import type { Sql } from '../../../support/sql.ts';

/** Its looks are as near to each other as nobody may ask for. */
export const hurried: Policy = completePolicy({
  ...{ interval: 0.02, initialDelay: 0, count: 2, minSamples: 1, providerErrorLimit: 1 },
  checks: [{ query: 'orders', min: 1 }],
});

interface Due {
  readonly number: number;
  readonly batch: number;
  readonly isLast: boolean;
  readonly stored: number | null;
  readonly tally: Tally | null;
}

/** What JudgeBatch does, with something found at random. Sometimes it is run twice at once. */
export async function judge(sql: Sql, deployID: string, generation: number): Promise<void> {
  const runs = Math.random() < 0.1 ? 2 : 1;
  await Promise.all(Array.from({ length: runs }, () => takeLook(sql, deployID, generation)));
}

async function takeLook(sql: Sql, deployID: string, generation: number): Promise<void> {
  const due = (await sql.call('look_facts', { deployID, generation })).find(({ row }) => row === 'look');
  if (!due) return;
  const { number, batch, isLast, stored, tally: before } = due as unknown as Due;
  const facts = find();
  const tally = addLook(tallyOf(hurried, batch, before), facts);
  const look = facts.error === null ? (stored ?? -1) + 1 : stored;
  await sql.call('store_look', {
    ...{ deployID, generation, number, batch, isLast, verdict: facts.verdict, facts, tally, stored: look },
    again: isToLookAgain(hurried, tally),
    samples: facts.error === null ? [{ look, part: 0, buckets: [], counts: `counts ${look}` }] : [],
  });
}

function find(): Look {
  const chance = Math.random();
  const verdict: Verdict = chance < 0.8 ? 'pass' : chance < 0.85 ? 'fail' : chance < 0.9 ? 'noData' : 'providerError';
  return {
    ...{ verdict, queries: [], samples: Math.floor(Math.random() * 5), silence: null },
    error: verdict === 'providerError' ? 'it is away' : null,
    checks: [{ check: 0, rule: 'orders at least 1', verdict }],
    window: { start: '2030-01-01T00:00:00Z', end: '2030-01-01T00:00:30Z' },
  };
}
