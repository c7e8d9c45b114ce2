import type { Actor } from './actor.ts';
import type { DeploymentStatus } from './statuses.ts';

/** A change of a deployment's status, as it is published. */
export interface StatusChange {
  /** Of the deployment's record of events: the same change told twice is told by it. */
  readonly eventID: string;
  readonly deployID: string;
  readonly service: string;
  readonly version: string;
  /** Absent where a deployment is created. */
  readonly from?: DeploymentStatus;
  readonly to: DeploymentStatus;
  /** RFC 3339, UTC: those who hear of changes out of their order can put them in it. */
  readonly time: string;
  readonly reason?: string;
  readonly actor: Actor;
}
