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

/** Knows whose releases the calls are about. */
export interface Moments {
  /** The service that a call is about, by its deployment or its token. */
  serviceOf(call: Call): string | undefined;
  /** What ran for a service's releases so far, in order. */
  runsOf(service: string): readonly TaskRun[];
  isRun(invocation: Invocation | undefined, service: string, run: TaskRun): boolean;
  /** The wait that a SendTaskSuccess ends, as `DeployBatch 2 of release 0`. */
  waitOf(call: Call): string | undefined;
  /** The waits of a service that were ended by a token so far; a bake ends by its time. */
  signalledOf(service: string): readonly string[];
}

export function watchMoments(faults: Faults): Moments {
  const releases = new Map<string, { service: string; release: number }>();
  const waiting = new Map<string, Invocation>();
  const sent = new Map<string, Set<string>>();
  const invocations = new Map<string, Set<Invocation>>();

  const serviceOf = ({ input, by }: Call) => {
    const deployID = by?.deployID ?? waiting.get(String(input['taskToken']))?.deployID ?? String(input['deployID']);
    return releases.get(deployID)?.service;
  };
  const waitOf = ({ input }: Call) => {
    const wait = waiting.get(String(input['taskToken']));
    return wait && `${wait.task} ${wait.ordinal} of release ${releases.get(wait.deployID ?? '')?.release}`;
  };
  const remember = (call: Call) => {
    const { operation, input, by } = call;
    if (operation === 'create_deployment') {
      const service = String(input['service']);
      const release = [...releases.values()].filter(other => other.service === service).length;
      releases.set(String(input['id']), { service, release });
    }
    if (by && typeof input['token'] === 'string') waiting.set(input['token'], by);
    const service = serviceOf(call);
    if (by && service) add(invocations, service, by);
    const ended = operation === 'SendTaskSuccess' ? waitOf(call) : undefined;
    if (ended && service && !ended.startsWith('BakeBatch')) add(sent, service, ended);
    return false;
  };
  faults.intercept(remember, (_, forward) => forward());

  return {
    serviceOf,
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
    waitOf,
    signalledOf: service => [...(sent.get(service) ?? [])],
  };
}

function add<Item>(groups: Map<string, Set<Item>>, group: string, item: Item): void {
  groups.set(group, (groups.get(group) ?? new Set()).add(item));
}

export function describeRun({ release, task, ordinal }: TaskRun): string {
  return `run ${ordinal} of ${task} for release ${release}`;
}
