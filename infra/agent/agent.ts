import { createAlarm } from './alarm.ts';
import { addJitter, growDelay } from './backoff.ts';
import { decideAttempt } from './decide.ts';
import type { HealthCheck } from './health.ts';
import type { ApiTarget } from './http.ts';
import { Installer, type InstallerOptions } from './installer.ts';
import { type Delivery, type Desired, type Health, type Report, sendReport } from './report.ts';
import { createSequence } from './sequence.ts';
import { type AgentTiming, agentTiming } from './timing.ts';

export type AgentOptions = InstallerOptions & {
  readonly api: ApiTarget;
  readonly labels: Readonly<Record<string, string>>;
  readonly checkHealth?: HealthCheck | undefined;
  /** End after one report and what follows from it. */
  readonly once: boolean;
  readonly timing?: Partial<AgentTiming>;
};

export type AgentRuntime = {
  /** Ends the agent. */
  readonly stop: AbortSignal;
  /** One line for each event. */
  log(text: string): void;
  /** What the command writes. */
  output(chunk: Uint8Array): void;
};

/**
 * Keeps one instance at the version the API wants: reports, installs, reports how that went, until it is stopped.
 * With `once` it ends by itself: true if the report was delivered and nothing failed to install.
 */
export async function runAgent(options: AgentOptions, runtime: AgentRuntime): Promise<boolean> {
  return new Agent(options, runtime).run();
}

class Agent {
  readonly #options: AgentOptions;
  readonly #runtime: AgentRuntime;
  readonly #timing: AgentTiming;
  readonly #installer: Installer;
  readonly #alarm = createAlarm();
  readonly #nextSequence = createSequence(Date.now);
  #health: Health | undefined;
  #healthDueAt = 0;
  #reportDueAt = 0;
  /** Undefined until the API has answered for the first time. */
  #failures: number | undefined;

  constructor(options: AgentOptions, runtime: AgentRuntime) {
    this.#options = options;
    this.#runtime = runtime;
    this.#timing = { ...agentTiming, ...options.timing };
    const { log, output } = runtime;
    this.#installer = new Installer(options, { log, output, ended: () => this.#changed() });
  }

  async run(): Promise<boolean> {
    const { stop, log } = this.#runtime;
    const ring = () => this.#alarm.ring();
    stop.addEventListener('abort', ring);
    log(`started at version ${this.#installer.version ?? '(none)'}, reporting to ${this.#options.api.url}`);
    while (!stop.aborted) {
      if (Date.now() >= this.#healthDueAt) await this.#checkHealth();
      if (stop.aborted) break;
      if (Date.now() >= this.#reportDueAt) {
        const { isDelivered, isLatest } = await this.#report(stop);
        const isOver = isLatest && !this.#installer.isRunning;
        if (this.#options.once && isOver) return isDelivered && !this.#installer.failed;
      }
      await this.#alarm.wait(Math.min(this.#reportDueAt, this.#healthDueAt) - Date.now());
    }
    stop.removeEventListener('abort', ring);
    await this.#finish();
    return true;
  }

  /** Something is worth telling now, with a fresh look at the health; while the API is away it waits its turn. */
  #changed(): void {
    if (this.#failures === 0) this.#reportDueAt = 0;
    this.#healthDueAt = 0;
    this.#alarm.ring();
  }

  async #checkHealth(): Promise<void> {
    const { checkHealth } = this.#options;
    this.#healthDueAt = Number.POSITIVE_INFINITY;
    if (!checkHealth) return;
    const { health, reason } = await checkHealth(this.#runtime.stop);
    if (this.#runtime.stop.aborted) return;
    const wait = health === 'normal' ? this.#timing.healthEveryMs : this.#timing.unhealthyEveryMs;
    this.#healthDueAt = Date.now() + wait;
    if (health === this.#health) return;
    this.#runtime.log(`health is ${health}: ${reason}`);
    this.#health = health;
    if (this.#failures === 0) this.#reportDueAt = 0;
  }

  /** Whether the API has it, and whether there is nothing newer to tell. */
  async #report(stop: AbortSignal): Promise<{ isDelivered: boolean; isLatest: boolean }> {
    const { outcome } = this.#installer;
    const deadline = AbortSignal.any([stop, AbortSignal.timeout(this.#timing.reportTimeoutMs)]);
    const delivery = await sendReport(this.#options.api, this.#options, this.#describe(), deadline);
    const isDelivered = delivery.kind === 'answered';
    // Another attempt may have ended while this report was under way: then there is something newer to tell.
    const isLatest = this.#installer.outcome === outcome;
    if (stop.aborted && !isDelivered) return { isDelivered, isLatest };
    if (isDelivered && isLatest) this.#installer.outcome = undefined;
    this.#plan(delivery);
    if (!isLatest) this.#changed();
    return { isDelivered, isLatest };
  }

  #describe(): Report {
    const { labels } = this.#options;
    return {
      version: this.#installer.version,
      sequence: this.#nextSequence(),
      ...(this.#health ? { health: this.#health } : {}),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...this.#installer.outcome,
    };
  }

  /** When to report next, and what to do until then. */
  #plan(delivery: Delivery): void {
    const now = Date.now();
    if (delivery.kind === 'answered') {
      if (this.#failures !== 0) this.#runtime.log('the API answers');
      this.#failures = 0;
      this.#reportDueAt = now + delivery.reportAfterMs;
      this.#obey(delivery.desired, now);
      return;
    }
    this.#failures = (this.#failures ?? 0) + 1;
    const grown = addJitter(growDelay(this.#timing.backoff, this.#failures), Math.random());
    const isRefused = delivery.kind === 'refused';
    const wait = isRefused ? this.#timing.refusedMs : Math.max(grown, delivery.retryAfterMs ?? 0);
    this.#reportDueAt = now + wait;
    const what = isRefused ? 'the API refuses the report' : 'the API is not available';
    this.#runtime.log(`${what}: ${delivery.reason}; next try in ${(wait / 1000).toFixed(1)} s`);
  }

  #obey(desired: Desired, now: number): void {
    if (this.#installer.isRunning || this.#installer.outcome || this.#runtime.stop.aborted) return;
    const { version, failed } = this.#installer;
    const decision = decideAttempt(desired, version, failed, this.#timing.repeat, now);
    if (decision.kind === 'apply') this.#installer.start(decision.version, desired);
    // What is wanted may have changed by then, so the attempt follows from a new report.
    if (decision.kind === 'applyLater') this.#reportDueAt = Math.min(this.#reportDueAt, decision.at);
  }

  async #finish(): Promise<void> {
    await this.#installer.stop(this.#timing.stopMs);
    if (this.#installer.outcome) await this.#report(AbortSignal.timeout(this.#timing.lastReportMs));
    this.#runtime.log('stopped');
  }
}
