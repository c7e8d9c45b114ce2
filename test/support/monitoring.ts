import { describe } from 'vitest';
import { findMonitoring } from '../../infra/demo/monitoring/find.ts';

/**
 * Tests with the real Prometheus and Alertmanager. Where those are not installed they are skipped, and their name says why; in CI
 * they fail instead.
 */
export function describeMonitored(title: string, body: () => void): void {
  const fault = findFault();
  const isLeftOut = fault !== undefined && !process.env['CI'];
  if (isLeftOut) console.warn(`Left out: ${title}. ${fault}`);
  describe.skipIf(isLeftOut)(isLeftOut ? `${title} (left out: ${fault})` : title, body);
}

function findFault(): string | undefined {
  try {
    findMonitoring('Prometheus');
    findMonitoring('Alertmanager');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
