import type { IRestApi, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { roles } from '../../../functions/domain/roles.ts';
import { usageKeyPrefix } from '../../place.ts';
import type { Environment } from '../environments.ts';

/**
 * A usage plan for each role, so that a fleet that reports too often does not keep people out. The authorizer tells API
 * Gateway the key of the caller's role; callers cannot send one, so that it is no secret and may stand in the template.
 */
export function addUsagePlans(api: RestApi, { name, throttles }: Environment): void {
  for (const role of roles) {
    const throttle = throttles?.role[role];
    const fullName = `${name}-service-manager-${role}`;
    const plan = api.addUsagePlan(`UsagePlan-${role}`, {
      name: fullName,
      // The CDK's own types do not go together under exactOptionalPropertyTypes.
      apiStages: [{ api: api as IRestApi, stage: api.deploymentStage }],
      ...(throttle && { throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst } }),
    });
    const value = `${usageKeyPrefix(name)}${role}`;
    plan.addApiKey(api.addApiKey(`UsageKey-${role}`, { apiKeyName: fullName, value }));
  }
}
