import { profiles } from './profiles.ts';

/** How latencies of one instance vary when nothing is wrong: a lasting offset, and a drift that forgets itself. */
export interface Variation {
  /** Of the drift from one look to the next, 0 to below 1. */
  readonly memory: number;
  /** Standard deviation of the drift, in log time. */
  readonly drift: number;
  /** Standard deviation of the offsets between instances, in log time. */
  readonly spread: number;
  /** Standard deviation of what all share from one look to the next, in log time. */
  readonly sharedStep: number;
}

/**
 * What is known of one instance's level: a Kalman filter of offset and drift, so that what it did not foresee (innovations) is
 * independent from look to look. `response` follows what a fault of each profile would have made the filter believe.
 */
export interface Level {
  offset: number;
  drift: number;
  varOffset: number;
  covariance: number;
  varDrift: number;
  response: { offset: number; drift: number }[];
  /** Whether it is known on the new version. */
  isUpdated: boolean;
  /** Innovations of late: far from 0, it is sick. About 1 is usual. */
  strain: number;
  /** How much its innovations vary against what the model says, and from how many looks this is known. */
  excess: number;
  looks: number;
}

export function newLevel(offset: number, varOffset: number, { drift }: Variation): Level {
  return {
    offset,
    drift: 0,
    varOffset,
    covariance: 0,
    varDrift: drift * drift,
    response: noResponse(),
    isUpdated: false,
    strain: 0,
    excess: 0,
    looks: 0,
  };
}

/** Its update comes: until then it was followed as if it had been updated when the release began. */
export function update(level: Level): void {
  level.isUpdated = true;
  level.response = noResponse();
}

function noResponse(): { offset: number; drift: number }[] {
  return profiles.map(() => ({ offset: 0, drift: 0 }));
}

/** A look goes by. */
export function advance(level: Level, { memory, drift }: Variation): void {
  level.drift *= memory;
  level.covariance *= memory;
  level.varDrift = memory * memory * level.varDrift + (1 - memory * memory) * drift * drift;
  for (const response of level.response) response.drift *= memory;
}

/** Where the instance is expected, and how uncertain that is. */
export function expectedShift(level: Level): number {
  return level.offset + level.drift;
}

export function expectedVariance(level: Level): number {
  return level.varOffset + 2 * level.covariance + level.varDrift;
}

/** What a fault of each profile, of size one and this age, does to the innovation of this look. */
export function responses(level: Level, age: number): number[] {
  return profiles.map(({ at }, index) => {
    const believed = level.response[index];
    return at(age) - (believed ? believed.offset + believed.drift : 0);
  });
}

/** Takes in a look's innovation, whose variance is that of the expectation and of the measurement together. */
export function learn(level: Level, innovation: number, variance: number, effects: readonly number[]): void {
  const gainOffset = (level.varOffset + level.covariance) / variance;
  const gainDrift = (level.covariance + level.varDrift) / variance;
  level.offset += gainOffset * innovation;
  level.drift += gainDrift * innovation;
  const { varOffset, covariance, varDrift } = level;
  level.varOffset = varOffset - gainOffset * (varOffset + covariance);
  level.covariance = covariance - gainOffset * (covariance + varDrift);
  level.varDrift = varDrift - gainDrift * (covariance + varDrift);
  for (const [index, believed] of level.response.entries()) {
    believed.offset += gainOffset * (effects[index] ?? 0);
    believed.drift += gainDrift * (effects[index] ?? 0);
  }
}
