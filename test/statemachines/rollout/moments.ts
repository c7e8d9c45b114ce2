import type { Call, Faults, Invocation } from '../../support/faults.ts';

/** One run of a task in a journey, as each time the journey is made. */
export interface TaskRun {
  /** Of the journey's releases, in the order of their creation. */
  readonly release: number;
  readonly task: string;
  readonly ordinal: number;
  /** How often it asked something of AWS. */
  readonly calls: number;
}

/** Knows which release of which service a call belongs to. */
export interface Moments {
  /** What ran for a service's releases so far, in order. */
  runsOf(service: string): readonly TaskRun[];
  isRun(invocation: Invocation | undefined, service: string, run: TaskRun): boolean;
}

export function watchMoments(faults: Faults): Moments {
  const releases = new Map<string, { service: string; release: number }>();
  const invocations = new Map<string, Set<Invocation>>();
  const remember = ({ operation, input, by }: Call) => {
    if (operation === 'create_deployment') {
      const service = String(input['service']);
      const release = [...releases.values()].filter(other => other.service === service).length;
      releases.set(String(input['id']), { service, release });
    }
    const service = releases.get(by?.deployID ?? '')?.service;
    if (by && service) invocations.set(service, (invocations.get(service) ?? new Set()).add(by));
    return false;
  };
  faults.intercept(remember, (_, forward) => forward());
  return {
    runsOf: service =>
      [...(invocations.get(service) ?? [])].map(({ deployID, task, ordinal, calls }) => ({
        release: releases.get(deployID ?? '')?.release ?? -1,
        task,
        ordinal,
        calls: calls.length,
      })),
    isRun: (invocation, service, { release, task, ordinal }) => {
      const of = releases.get(invocation?.deployID ?? '');
      return (
        of?.service === service && of.release === release && invocation?.task === task && invocation.ordinal === ordinal
      );
    },
  };
}

export function describeRun({ release, task, ordinal }: TaskRun): string {
  return `run ${ordinal} of ${task} for release ${release}`;
}
