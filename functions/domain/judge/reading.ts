import type { Level } from './level.ts';
import type { Rank } from './score.ts';
import type { Row } from './trace.ts';

/** A row with latencies, and where these are expected. */
export interface Expected {
  readonly row: Row;
  readonly rank: Rank;
  readonly level: Level;
  /** Without what all share. */
  readonly expected: number;
}

/** What one instance's latencies say in one look, next to what was expected of them. */
export interface Reading {
  readonly row: Row;
  /** Where they lie, in log time against the past, as far as one look tells. */
  readonly shift: number;
  /** What was not foreseen, in log time, and its variance without that of what all share. */
  readonly innovation: number;
  readonly variance: number;
  /** All of it: how much slower, not only that it is. */
  readonly whole: number;
  /** As far off it counts at most, and which share of it does so. */
  readonly limit: number;
  readonly kept: number;
  /** What a fault of each profile, of size one, does to the innovation. */
  readonly effects: readonly number[];
}

export interface LookReadings {
  readonly readings: readonly Reading[];
  /** Of what all share in this look: an error in it is in all innovations alike. */
  readonly sharedVariance: number;
  /** Nobody runs the old version any more. */
  readonly isAlone: boolean;
}
