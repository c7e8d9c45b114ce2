import { dataLimitExceeded, runtimeFailure, StateFailure } from '../interpreter/failure.ts';
import type { Json } from '../interpreter/json.ts';
import type { RunState, Visit } from '../interpreter/visit.ts';
import type { Integration } from '../tasks/integrations.ts';
import { Settlement } from '../tasks/settlement.ts';

/** Has a service do something, and waits for its answer, its job or its token. */
export const runTask: RunState = async visit => {
  const { state, branch, queries } = visit;
  const { integrations } = branch.run;
  const resource = String(state.Resource);
  const integration = integrations.find(resource);
  if (!integration) throw runtimeFailure(`The resource '${resource}' is not supported.`);
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
  const { state, branch, queries } = visit;
  const { events } = integration;
  const parameters = await queries.arguments(visit);
  const timeoutInSeconds = await queries.number(visit, 'TimeoutSeconds');
  const heartbeatInSeconds = await queries.number(visit, 'HeartbeatSeconds');
  const limits = { timeoutInSeconds, heartbeatInSeconds, taskCredentials: credentialsOf(state.Credentials) };
  branch.record(...events.scheduled(parameters, limits));
  await branch.yield();
  branch.record(...events.started());
  settlement.limit(timeoutInSeconds, heartbeatInSeconds);
  try {
    const result = await settle(visit, integration, settlement, parameters.value);
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
  parameters: unknown,
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

function credentialsOf(credentials: unknown): { roleArn: unknown } | undefined {
  if (typeof credentials !== 'object' || credentials === null || !('RoleArn' in credentials)) return undefined;
  return { roleArn: credentials.RoleArn };
}
