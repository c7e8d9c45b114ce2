import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { madeUpAccount } from '../place.ts';
import { credentials, type Emulator } from './emulator.ts';
import { folder } from './folders.ts';

/** What was deployed, as the stacks tell it. */
export interface Deployed {
  readonly apiID: string;
  /** Of the API, without `/v1`, at an address that resolves. */
  readonly url: string;
  readonly adminTokenSecretArn: string;
}

/** The stacks' outputs, as the CDK writes them. */
export const outputsFile = join(folder, 'outputs.json');

export function hasDeployed(): Promise<boolean> {
  return access(outputsFile).then(
    () => true,
    () => false,
  );
}

/** @throws when nothing was deployed from here */
export async function readDeployed(emulator: Emulator): Promise<Deployed> {
  const text = await readFile(outputsFile, 'utf8').catch(() => {
    throw new Error('Nothing is deployed: npm run deploy:local does that.');
  });
  const stacks = Object.values(JSON.parse(text) as Record<string, Record<string, string>>);
  const outputs = Object.assign({}, ...stacks) as Record<string, string>;
  // Its address, https://ID.execute-api.…, is made up and does not resolve.
  const [, apiID] = Object.values(outputs).flatMap(value => /^https?:\/\/(\w+)\.execute-api\./.exec(value) ?? []);
  const adminTokenSecretArn = outputs['AdminTokenSecret'];
  if (!apiID || !adminTokenSecretArn) throw new Error(`The stacks' outputs are not those of an API: ${text}`);
  return { apiID, url: `${emulator.url}/_aws/execute-api/${apiID}`, adminTokenSecretArn };
}

/** @throws when the emulator does not have it, since it is another, or was started anew */
export async function readAdminToken(emulator: Emulator, { adminTokenSecretArn }: Deployed): Promise<string> {
  const client = new SecretsManagerClient({ endpoint: emulator.url, region: madeUpAccount.region, credentials });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: adminTokenSecretArn }));
    if (!SecretString) throw new Error('The secret of the admin token is empty.');
    return SecretString;
  } finally {
    client.destroy();
  }
}
