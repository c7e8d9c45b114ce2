import { madeUpAccount, madeUpDatabase, type Place } from '../place.ts';
import { localSettings, type Settings } from '../settings.ts';

/** The made-up account in which everything local is; whoever reaches 127.0.0.1 is let in. */
export function localPlace(databaseName: string, settings: Partial<Settings> = {}): Place {
  return {
    env: 'local',
    ...madeUpAccount,
    ...madeUpDatabase,
    adminTokenSecretArn: `${madeUpDatabase.secretArn}-admin-token`,
    databaseName,
    settings: { ...localSettings, access: 'open', ...settings },
  };
}
