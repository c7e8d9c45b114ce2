/** What the command line shows of a deployment. */
export type Deployment = {
  readonly id: string;
  readonly service: string;
  readonly version: string;
  readonly status: string;
  readonly createTime: string;
  readonly scheduleTime?: string;
  readonly reason?: string;
  /** Told when it is made. */
  readonly warnings?: readonly string[];
  readonly waitingFor?: { readonly id: string | number; readonly kind: string; readonly batch?: number };
  readonly lastLook?: Look;
  readonly progress?: Progress;
  readonly plan?: { readonly batches: readonly Batch[] };
};

/** The last one at what is measured of it. */
export type Look = {
  readonly number: number;
  readonly batch: number;
  readonly verdict: string;
  readonly reason?: string;
};

export type Progress = {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly percent: number;
};

export type Batch = {
  readonly index: number;
  readonly size: number;
  readonly state: string;
  readonly done?: number;
  readonly failed?: number;
};

/** Nothing more happens to it unless somebody asks for it. */
export function hasEnded({ status }: Deployment): boolean {
  return ['completed', 'rolledBack', 'failed'].includes(status);
}
