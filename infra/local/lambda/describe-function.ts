import type { LocalFunction } from './local-function.ts';

/** What GetFunction and ListFunctions show of a function. */
export function describeFunction({ spec, arn }: LocalFunction): Record<string, unknown> {
  return {
    FunctionName: spec.name,
    FunctionArn: arn,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: spec.timeoutSeconds,
    MemorySize: spec.memoryMB,
    Version: '$LATEST',
    PackageType: 'Zip',
    Environment: { Variables: spec.environment },
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
