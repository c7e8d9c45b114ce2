import type { Look, Verdict } from '#domain/analysis/look.ts';
import type { Policy } from '#domain/analysis/policy.ts';
import { packCounts, unpackCounts } from '#domain/analysis/samples.ts';
import type { Tally } from '#domain/analysis/tally.ts';
import { joinSamples, type PlannedInstance, type Sample } from '#domain/analysis/trace.ts';
import { callFunction, type FunctionRow, query } from '#platform/database.ts';
import type { ServiceSettings } from './settings.ts';

/** A look that is due, and all that it rests on. Times are in seconds since the epoch. */
export interface DueLook {
  readonly number: number;
  readonly batch: number;
  readonly service: string;
  /** The target. */
  readonly version: string;
  readonly policy: Policy;
  readonly settings: ServiceSettings;
  readonly startTime: number;
  /** When the bake began. */
  readonly bakeTime: number;
  /** When its time is over. */
  readonly endTime: number;
  /** That is so. */
  readonly isLast: boolean;
  readonly now: number;
  /** The last look of the grid whose counts are stored; null: none is. */
  readonly stored: number | null;
  readonly tally: Tally | null;
  /** How many instances the release has. */
  readonly total: number;
  /** Those that were seen on the target. */
  readonly instances: readonly PlannedInstance[];
  readonly samples: readonly Sample[];
}

interface LookRow extends Omit<DueLook, 'settings' | 'instances' | 'samples'> {
  readonly row: 'look';
  /** Of what lies between history and this look of the grid, nothing is read. */
  readonly since: number | null;
  /** How many parts there are. */
  readonly samples: number;
}

interface SettingsRow {
  readonly row: 'settings';
  readonly settings: ServiceSettings;
}

interface InstancesRow {
  readonly row: 'instances';
  /** With those that did not fit. */
  readonly count: number;
  readonly instances: readonly (readonly [id: string, updateTime: number, hasLeft: boolean])[];
}

interface SampleRow {
  readonly row: 'sample';
  readonly look: number;
  readonly part: number;
  readonly buckets: readonly number[];
  readonly counts: string;
}

/** undefined: none is due, or another execution is the living one. One call, and one for each further 400 KB of instances or counts. */
export async function readDueLook(args: { deployID: string; generation: number }): Promise<DueLook | undefined> {
  const { deployID } = args;
  const rows = await query<LookRow | SettingsRow | InstancesRow | SampleRow>('select look_facts(:args::jsonb)', {
    args: JSON.stringify(args),
  });
  const look = rows.find(row => row.row === 'look');
  if (!look) return undefined;
  const { row: _, samples: parts, since, ...facts } = look;
  // A row of their own, since the Data API promises no more than 64 KB for each; a service that is gone has none.
  const { settings = {} } = rows.find(row => row.row === 'settings') ?? {};
  const listed = rows.filter(row => row.row === 'instances');
  const updated = await readOn(
    listed.flatMap(row => row.instances),
    listed[0]?.count ?? 0,
    async last => {
      const more = await query<InstancesRow>('select updated_instances(:args::jsonb)', {
        args: JSON.stringify({ deployID, after: last?.[0] }),
      });
      return more.flatMap(row => row.instances);
    },
  );
  const samples = await readOn(
    rows.filter(row => row.row === 'sample'),
    parts,
    last => {
      const { look: at, part } = last ?? {};
      return query<SampleRow>('select stored_samples(:args::jsonb)', {
        args: JSON.stringify({ deployID, since, look: at, part }),
      });
    },
  );
  const instances = updated.map(([id, updateTime, hasLeft]) => ({ id, updateTime, hasLeft }));
  return { ...facts, settings, instances, samples: joinSamples(samples.map(toSample)) };
}

/** What is left of so many, after the last that is known. */
async function readOn<Item>(
  first: readonly Item[],
  count: number,
  readAfter: (last: Item | undefined) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const items = [...first];
  while (items.length < count) {
    const more = await readAfter(items.at(-1));
    if (more.length === 0) break;
    items.push(...more);
  }
  return items;
}

function toSample({ look, buckets, counts }: SampleRow): Sample {
  return { look, buckets, counts: unpackCounts(counts) };
}

export interface TakenLook {
  readonly deployID: string;
  readonly generation: number;
  readonly number: number;
  readonly batch: number;
  readonly verdict: Verdict;
  readonly reason: string | undefined;
  readonly facts: Look;
  /** With this look in it. */
  readonly tally: Tally;
  /** The time of the bake was over. */
  readonly isLast: boolean;
  /** The bake may not end with this look all the same. */
  readonly again: boolean;
  /** The last look of the grid whose counts are known by now; null: none is. */
  readonly stored: number | null;
  /** What was counted since the look before. */
  readonly samples: readonly Sample[];
}

/** Keeps a look, once: it is void where it has been taken already, or its bake goes on under another generation. */
export async function storeLook({ samples, ...look }: TakenLook): Promise<void> {
  const parts = samples.flatMap(({ look: at, buckets, counts }) =>
    packCounts(counts).map((packed, part) => ({ look: at, part, buckets, counts: packed })),
  );
  await callFunction<FunctionRow>('store_look', { ...look, samples: parts }, 'harmless');
}
