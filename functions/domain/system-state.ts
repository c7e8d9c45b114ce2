/** How the control plane does, as of one moment. */
export interface SystemState {
  readonly time: string;
  /** When the reconciler ran last. */
  readonly reconcileTime: string;
  readonly lagSeconds: number;
  /** How long it may be before anybody is told silent: where it would wake the database, the reconciler seldom looks. */
  readonly unseenSeconds: number;
  readonly reportsPerSecond: number;
  /** Waits that have ended, and whose tasks have not been told for a while. */
  readonly unsentSignals: number;
  /** Changes of status that EventBridge has not been told for a while. */
  readonly unpublishedChanges: number;
  readonly activeDeployments: number;
  /** Those that should go on by themselves and do not. */
  readonly stuckDeployments: number;
}
