import type { Integration, Integrations } from './integrations.ts';
import { type LambdaClient, lambdaFunction, lambdaInvoke } from './lambda.ts';
import { type CallOperation, sdkSfn } from './sdk-sfn.ts';
import { type Starter, startExecution } from './start-execution.ts';
import type { Tokens } from './tokens.ts';

const LAMBDA = /^arn:[^:]+:states:[^:]*:[^:]*:lambda:(invoke(?:\.waitForTaskToken)?)$/;
const STATES = /^arn:[^:]+:states:[^:]*:[^:]*:states:(startExecution(?:\.sync(?::2)?|\.waitForTaskToken)?)$/;
const SDK_SFN = /^arn:[^:]+:states:[^:]*:[^:]*:aws-sdk:sfn:([A-Za-z]+)$/;
const FUNCTION = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:/;

/** The services that tasks can call here. */
export function createIntegrations(
  tokens: Tokens,
  region: string,
  lambda: LambdaClient,
  starter: Starter,
  callOperation: CallOperation,
): Integrations {
  const known = new Map<string, Integration | undefined>();
  const create = (resource: string): Integration | undefined => {
    const [, invoke] = LAMBDA.exec(resource) ?? [];
    if (invoke) return lambdaInvoke(lambda, invoke, region);
    const [, start] = STATES.exec(resource) ?? [];
    if (start) return startExecution(starter, start, region);
    const [, action] = SDK_SFN.exec(resource) ?? [];
    if (action) return sdkSfn(callOperation, action, region);
    return FUNCTION.test(resource) ? lambdaFunction(lambda, resource) : undefined;
  };
  return {
    tokens,
    find(resource) {
      if (!known.has(resource)) known.set(resource, create(resource));
      return known.get(resource);
    },
  };
}
