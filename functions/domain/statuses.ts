/** What a deployment can be, each with what it means; the transitions below are the only ones. */
export const deploymentStatuses = [
  /** Waits for its time, or for the active deployment before it. */
  'scheduled',
  /** Its batches are told the new version, one after another. */
  'deploying',
  /** Nobody is told anything new until a person says so. */
  'paused',
  /** Every batch is done; the version is current. */
  'completed',
  /** The touched instances are told their previous versions, last batch first. */
  'rollingBack',
  /** Every touched instance is back. */
  'rolledBack',
  /** A verdict, not a fault: it could not start, or instances did not come back. It governs until it is rolled back or followed. */
  'failed',
] as const;

export type DeploymentStatus = (typeof deploymentStatuses)[number];

export const transitions = {
  scheduled: ['deploying', 'failed'],
  deploying: ['paused', 'completed', 'rollingBack', 'failed'],
  paused: ['deploying', 'rollingBack', 'failed'],
  completed: ['rollingBack'],
  rollingBack: ['rolledBack', 'failed'],
  rolledBack: [],
  failed: ['rollingBack'],
} as const satisfies Record<DeploymentStatus, readonly DeploymentStatus[]>;

/** At most one deployment of a service is in one of these. */
const activeStatuses = ['deploying', 'paused', 'rollingBack'] as const satisfies readonly DeploymentStatus[];

export function isActive(status: DeploymentStatus): boolean {
  return (activeStatuses as readonly DeploymentStatus[]).includes(status);
}

/** The state machine that carries a deployment of this status on; undefined: it rests, or has ended. */
export function machineOf(status: DeploymentStatus): 'rollout' | 'rollback' | undefined {
  if (status === 'rollingBack') return 'rollback';
  return isActive(status) || status === 'scheduled' ? 'rollout' : undefined;
}

/** From best to worst. */
export const healths = ['normal', 'warning', 'error'] as const;

export type Health = (typeof healths)[number];

export function worst(of: readonly Health[]): Health {
  return healths[Math.max(0, ...of.map(health => healths.indexOf(health)))] ?? 'normal';
}
