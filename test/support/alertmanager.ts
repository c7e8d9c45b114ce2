import { type AlertmanagerOptions, startAlertmanager } from '../../infra/demo/monitoring/alertmanager.ts';
import { findMonitoring } from '../../infra/demo/monitoring/find.ts';
import { createFolder } from './folder.ts';
import { guardFolder } from './guard.ts';

/** A real Alertmanager with a folder of its own. */
export interface TestAlertmanager {
  /** Where a Prometheus sends its alerts. */
  readonly url: string;
  /** Ends it, and removes what it kept. */
  remove(): Promise<void>;
}

/** @throws when it is not installed */
export async function createAlertmanager(
  options: Omit<AlertmanagerOptions, 'command' | 'folder'>,
): Promise<TestAlertmanager> {
  const command = findMonitoring('Alertmanager');
  const folder = await createFolder();
  const guard = guardFolder(folder.path);
  const { program, url } = await startAlertmanager({ ...options, command, folder: folder.path });
  guard.watch(program.pid);
  return {
    url,
    remove: async () => {
      await program.stop();
      guard.dismiss();
      await folder.remove();
    },
  };
}
