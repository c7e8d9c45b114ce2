import type { Place } from '../place.ts';
import { defaultSettings, type Settings } from '../settings.ts';

/** One machine's reports cost nothing, so they come often. */
const localSettings: Settings = {
  ...defaultSettings,
  reportRate: 1000,
  reportFastSeconds: 1,
  reportSlowSeconds: 1,
  access: 'open',
};

const region = 'us-east-1';
const accountID = '000000000000';

/** The made-up account in which everything local is. */
export function localPlace(databaseName: string, settings: Partial<Settings> = {}): Place {
  return {
    env: 'local',
    region,
    accountID,
    partition: 'aws',
    clusterArn: `arn:aws:rds:${region}:${accountID}:cluster:service-manager`,
    secretArn: `arn:aws:secretsmanager:${region}:${accountID}:secret:service-manager`,
    adminTokenSecretArn: `arn:aws:secretsmanager:${region}:${accountID}:secret:service-manager-admin-token`,
    databaseName,
    settings: { ...localSettings, ...settings },
  };
}
