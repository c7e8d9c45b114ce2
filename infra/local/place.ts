import { madeUpAccount, madeUpDatabase, type Place, type PrometheusServer } from '../place.ts';
import { localSettings, type Settings } from '../settings.ts';

/** The made-up account in which everything local is; whoever reaches 127.0.0.1 is let in. */
export function localPlace(
  databaseName: string,
  settings: Partial<Settings> = {},
  prometheus?: PrometheusServer,
): Place {
  return {
    env: 'local',
    ...madeUpAccount,
    ...madeUpDatabase,
    adminTokenSecretArn: `${madeUpDatabase.secretArn}-admin-token`,
    databaseName,
    ...(prometheus && { prometheus: { kind: 'server', ...prometheus } }),
    settings: { ...localSettings, access: 'open', ...settings },
  };
}
