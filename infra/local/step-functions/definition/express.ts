/** What an Express workflow cannot do, which is to wait for something outside of it. */

import { containersOf } from './containers.ts';
import type { Report } from './diagnostic.ts';
import { isObject, type JsonObject } from './json.ts';

export function checkExpress(machine: JsonObject, report: Report): void {
  for (const { states, at } of containersOf(machine)) {
    for (const [name, state] of Object.entries(states)) {
      const resource = isObject(state) ? state['Resource'] : undefined;
      const fault = typeof resource === 'string' ? faultOf(resource) : undefined;
      if (fault) report.schema(`Express state machine does not support ${fault}`, `${at}/States/${name}/Resource`);
    }
  }
}

/** In AWS's words, with the space that ends the first of them. */
function faultOf(resource: string): string | undefined {
  if (resource.endsWith('.waitForTaskToken')) return "'.waitForTaskToken' service integration ";
  if (/\.sync(:2)?$/.test(resource)) return "'.sync' service integration";
  if (/^arn:[^:]+:states:[^:]*:[^:]*:activity:/.test(resource)) return 'Activity ARN';
  return undefined;
}
