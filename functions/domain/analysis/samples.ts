import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** What each instance did in one look: `[requests, errors, count of each latency bucket…, that of +Inf]`, none of it cumulative. */
export type Counts = Readonly<Record<string, readonly number[]>>;

/** A part travels as one row of the Data API, among others. */
const mostCharacters = 30_000;

/** Counts as they are stored: in one part, or as many as it takes for each to be short, all of them with instances of their own. */
export function packCounts(counts: Counts): readonly string[] {
  const part = deflateRawSync(JSON.stringify(counts)).toString('base64');
  const instances = Object.entries(counts);
  if (part.length <= mostCharacters || instances.length < 2) return [part];
  const middle = instances.length >> 1;
  return [instances.slice(0, middle), instances.slice(middle)].flatMap(half => packCounts(Object.fromEntries(half)));
}

export function unpackCounts(part: string): Counts {
  return JSON.parse(inflateRawSync(Buffer.from(part, 'base64')).toString()) as Counts;
}
