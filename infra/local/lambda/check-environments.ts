import type { FunctionSpec } from './function-spec.ts';

/**
 * Functions share one process, and so one environment: two of them may not want different values of one variable.
 * @throws Error that names the variable and both functions
 */
export function checkEnvironments(functions: readonly FunctionSpec[]): void {
  const owners = new Map<string, FunctionSpec>();
  for (const spec of functions) {
    for (const [variable, value] of Object.entries(spec.environment)) {
      const owner = owners.get(variable) ?? spec;
      if (owner.environment[variable] !== value) {
        throw new Error(`${owner.name} and ${spec.name} want different values of ${variable} in one process`);
      }
      owners.set(variable, owner);
    }
  }
}
