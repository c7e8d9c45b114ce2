import type { Usage } from './measure.ts';
import { prices } from './prices.ts';

/** What a use of the product costs in dollars, API Gateway and Aurora's capacity left out. */
export function costOfUsage(
  { endpoints, tasks, transitions, publications, logBytes }: Usage,
  memoryMB: number,
): number {
  const invocations = endpoints.invocations + tasks.invocations;
  const gigabyteSeconds = ((endpoints.ms + tasks.ms) / 1000) * (memoryMB / 1024);
  return (
    invocations * prices.lambdaRequest +
    gigabyteSeconds * prices.lambdaGigabyteSecond +
    (endpoints.calls + tasks.calls) * prices.dataApiRequest +
    transitions * prices.stepFunctionsTransition +
    publications * prices.eventBridgeEvent +
    (logBytes / 1e9) * prices.logGigabyte
  );
}
