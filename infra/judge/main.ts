import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { completePolicy, type Policy } from '../../functions/domain/analysis/policy.ts';
import { toJudgePolicy } from '../../functions/domain/judge/from-policy.ts';
import { judge } from '../../functions/domain/judge/judge.ts';
import type { Trace } from '../../functions/domain/judge/trace.ts';
import { findFaults } from './check-trace.ts';
import { readPolicy } from './read-policy.ts';

const usage = `npm run --silent judge -- [options] < TRACES

Reads releases as counts from standard input, one JSON a line, and answers each, in order, with one JSON a line: its id,
the verdict (pass, fail, noData), the look it ended at, and what that rests on. Lines with faults are named on standard
error; they are not answered, and it then ends with 1.

  --policy FILE  what a deployment's "analysis" would be, as JSON; without it the defaults hold`;

const policyFor = readOptions();
// Whoever reads the answers has seen enough.
process.stdout.on('error', () => process.exit(0));

let line = 0;
for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  line++;
  if (text.trim() === '') continue;
  const { trace, faults } = readTrace(text);
  if (!trace) {
    process.exitCode = 1;
    for (const fault of faults) console.error(`line ${line}: ${fault}`);
    continue;
  }
  const judgement = judge(trace, toJudgePolicy(policyFor(trace.lookSeconds), trace.lookSeconds));
  if (!process.stdout.write(`${JSON.stringify({ id: trace.id, ...judgement })}\n`)) await once(process.stdout, 'drain');
}

function readTrace(text: string): { trace?: Trace & { readonly id: string }; faults: readonly string[] } {
  try {
    const value: unknown = JSON.parse(text);
    const faults = findFaults(value);
    return faults.length > 0 ? { faults } : { trace: value as Trace & { readonly id: string }, faults };
  } catch (error) {
    return { faults: [`is not JSON: ${error instanceof Error ? error.message : error}`] };
  }
}

function readOptions(): (lookSeconds: number) => Policy {
  try {
    const { values } = parseArgs({
      options: { policy: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const asked = values.policy === undefined ? {} : readPolicy(values.policy);
    return lookSeconds => completePolicy({ interval: lookSeconds, ...asked });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(1);
  }
}
