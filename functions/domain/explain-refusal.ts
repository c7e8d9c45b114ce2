import type { RefusalCode } from './refusal.ts';

type Details = Readonly<Record<string, unknown>>;

const explanations: Partial<Record<RefusalCode, (details: Details) => string>> = {
  serviceNotFound: () => 'There is no such service.',
  instanceNotFound: () => 'The service has no such instance.',
  deploymentNotFound: () => 'There is no such deployment.',
  tokenNotFound: () => 'There is no such token, or it was revoked.',
  serviceExists: () => 'A service of that name exists.',
  versionExists: () => 'The service has that version already.',
  dependencyCycle: ({ cycle }) => `The dependencies would form a cycle: ${(cycle as string[]).join(' → ')}.`,
  serviceHasDependents: ({ dependents }) => `Other services depend on it: ${(dependents as string[]).join(', ')}.`,
  serviceHasDeployments: ({ deployments }) =>
    `It has deployments that are active or scheduled: ${(deployments as string[]).join(', ')}.`,
  instanceOfOtherService: ({ service }) => `The instance belongs to the service ${service}.`,
  deploymentActive: ({ deployID, status }) => `Deployment ${deployID} of the service is active: it is ${status}.`,
  versionIsCurrent: () => 'The version is the current one; "force": true releases it all the same.',
  allInstancesLost: () => 'All instances of the service are lost; "force": true releases the version all the same.',
  statusConflict: ({ status }) => `The deployment is ${status}, which does not allow this.`,
  waitConflict: ({ waitID }) => `The deployment waits for ${waitID}.`,
  notLatestDeployment: () => "Only a service's latest deployment can be rolled back.",
  idempotencyKeyReused: () => 'The Idempotency-Key was used for another request.',
};

/** What a person is told; `details` are those that came with the refusal. */
export function explainRefusal(code: RefusalCode, details: Details): string {
  return explanations[code]?.(details) ?? code;
}
