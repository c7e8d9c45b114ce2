import { madeUpAccount, madeUpDatabase, type Place } from '../place.ts';
import { localSettings, type Settings } from '../settings.ts';

/** The made-up account in which everything local is; whoever reaches 127.0.0.1 is let in. */
export function localPlace(databaseName: string, settings: Partial<Settings> = {}, prometheusUrl?: string): Place {
  return {
    env: 'local',
    ...madeUpAccount,
    ...madeUpDatabase,
    adminTokenSecretArn: `${madeUpDatabase.secretArn}-admin-token`,
    databaseName,
    ...(prometheusUrl !== undefined && { prometheus: { kind: 'server', url: prometheusUrl } }),
    settings: { ...localSettings, access: 'open', ...settings },
  };
}
