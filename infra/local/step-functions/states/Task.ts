import { dataLimitExceeded, runtimeFailure, StateFailure } from '../interpreter/failure.ts';
import type { Json } from '../interpreter/json.ts';
import type { RunState, Visit } from '../interpreter/visit.ts';
import type { Limits } from '../tasks/events.ts';
import type { Integration } from '../tasks/integrations.ts';
import { Settlement } from '../tasks/settlement.ts';

/** Has a service do something, and waits for its answer, its job or its token. */
export const runTask: RunState = async visit => {
  const { state, branch, queries } = visit;
  const { integrations } = branch.run;
  const resource = String(state.Resource);
  const integration = integrations.find(resource);
  if (!integration) {
    // AWS finds fault with the fields of a task before it looks at its resource.
    await readLimits(visit);
    throw runtimeFailure(`The resource '${resource}' is not supported.`);
  }
  const settlement = new Settlement();
  // Each attempt has a token of its own: what is sent late for an earlier one must not end this one.
  const token = integration.waits ? integrations.tokens.issue(settlement) : undefined;
  visit.token = token;
  try {
    const result = await attempt(visit, integration, settlement);
    return { ...(await queries.complete(visit, result)), next: state.Next };
  } finally {
    settlement.stopClocks();
    if (token !== undefined) integrations.tokens.revoke(token);
  }
};

async function attempt(visit: Visit, integration: Integration, settlement: Settlement): Promise<Json> {
  const { branch, queries } = visit;
  const { events } = integration;
  const parameters = await queries.arguments(visit);
  const limits = await readLimits(visit);
  branch.record(...events.scheduled(parameters, limits));
  await branch.yield();
  branch.record(...events.started());
  settlement.limit(limits.timeoutInSeconds, limits.heartbeatInSeconds);
  try {
    const result = await settle(visit, integration, settlement, parameters);
    if (result.tooLarge) throw dataLimitExceeded(events.subject);
    branch.record(...events.succeeded(result));
    return result;
  } catch (error) {
    if (error instanceof StateFailure) {
      branch.record(...events.failed(error));
      await branch.letOthersRecord();
    }
    throw error;
  }
}

async function settle(
  { branch }: Visit,
  { waits, call, events }: Integration,
  settlement: Settlement,
  parameters: Json,
): Promise<Json> {
  const { answered, done, abandon } = call(parameters, branch.run.context);
  try {
    if (!waits) return await branch.wait(Promise.race([answered, settlement.promise]));
    // The token may be sent before the call is answered; then the task is over.
    const ended = Promise.race(done ? [settlement.promise, done] : [settlement.promise]);
    const first = await branch.wait(
      Promise.race([answered.then(answer => ({ answer })), ended.then(result => ({ result }))]),
    );
    if ('result' in first) return first.result;
    branch.record(...events.submitted(first.answer));
    return await branch.wait(ended);
  } catch (error) {
    abandon();
    throw error;
  }
}

async function readLimits(visit: Visit): Promise<Limits> {
  const timeoutInSeconds = await visit.queries.number(visit, 'TimeoutSeconds');
  const heartbeatInSeconds = await visit.queries.number(visit, 'HeartbeatSeconds');
  return { timeoutInSeconds, heartbeatInSeconds, taskCredentials: credentialsOf(visit.state.Credentials) };
}

function credentialsOf(credentials: unknown): { roleArn: unknown } | undefined {
  if (typeof credentials !== 'object' || credentials === null || !('RoleArn' in credentials)) return undefined;
  return { roleArn: credentials.RoleArn };
}
