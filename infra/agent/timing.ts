import type { Backoff } from './backoff.ts';

/** The agent's own times, all in milliseconds. How often it reports is the server's to say. */
export type AgentTiming = {
  readonly reportTimeoutMs: number;
  /** For the report of what ended while the agent was stopping. */
  readonly lastReportMs: number;
  /** Between tries while the API is away. */
  readonly backoff: Backoff;
  /** Between tries after a refusal: somebody has to change something first. */
  readonly refusedMs: number;
  readonly healthTimeoutMs: number;
  readonly healthEveryMs: number;
  /** Below the 10 s of grace that an updated instance has to become healthy, so that its recovery is told in time. */
  readonly unhealthyEveryMs: number;
  /** Between attempts at a version that no deployment asks for. */
  readonly repeat: Backoff;
  /** How long a running command may go on after the agent was told to stop. */
  readonly stopMs: number;
};

export const agentTiming: AgentTiming = {
  reportTimeoutMs: 30_000,
  lastReportMs: 5_000,
  backoff: { firstMs: 1_000, maxMs: 60_000 },
  refusedMs: 60_000,
  healthTimeoutMs: 5_000,
  healthEveryMs: 10_000,
  unhealthyEveryMs: 2_000,
  repeat: { firstMs: 10_000, maxMs: 600_000 },
  stopMs: 30_000,
};
