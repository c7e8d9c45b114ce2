import { readStatus } from '#data/deployments.ts';
import { deploymentIDPattern } from '#domain/names.ts';
import { Refusal } from '#domain/refusal.ts';
import type { DeploymentStatus } from '#domain/statuses.ts';
import type { RawInput } from '#platform/input.ts';

/**
 * For a command whose request has faults: that its deployment's status does not allow it is told first, since
 * mending the faults would be in vain.
 */
export function requireStatus(...allowed: readonly DeploymentStatus[]) {
  return async ({ path: { deployID = '' } }: RawInput): Promise<void> => {
    if (!deploymentIDPattern.test(deployID)) return;
    const status = await readStatus(deployID);
    if (status === undefined) throw new Refusal('deploymentNotFound', 'There is no such deployment.');
    if (!allowed.includes(status)) {
      throw new Refusal('statusConflict', `The deployment is ${status}, which does not allow this.`, { status });
    }
  };
}
