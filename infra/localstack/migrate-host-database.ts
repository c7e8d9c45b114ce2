import { localPlace } from '../local/place.ts';
import { prepareDatabase } from '../local/prepare-database.ts';
import { databaseName, madeUpAccount } from '../place.ts';
import { credentials } from './emulator.ts';

/** What in an emulator with custom resources the deploy itself does. @param url of the Data API, as this process reaches it */
export async function migrateHostDatabase(url: string): Promise<void> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_RDS_DATA: url,
    AWS_REGION: madeUpAccount.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  await prepareDatabase(localPlace(databaseName), { log: line => console.log(line) });
}
