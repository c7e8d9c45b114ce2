import type { Client } from 'pg';
import type { Catalog, TypeEntry } from './catalog.ts';
import { describeColumn } from './metadata.ts';
import { isUnknown, writeJson, writeRecords } from './records.ts';
import type { ExecuteRequest } from './requests.ts';
import type { Outcome } from './statement.ts';

type Wishes = Pick<ExecuteRequest, 'formatRecordsAs' | 'includeResultMetadata' | 'resultOptions'>;

const NO_TYPES: ReadonlyMap<number, TypeEntry> = new Map();
const COUNT = /^(?:INSERT \d+|[A-Z ]+) (\d+)$/;

/**
 * Writes the body that ExecuteStatement answers with.
 * @param client the connection of the statement: its transaction may have made the types that it returns.
 * @throws DataApiError for what the Data API cannot return.
 */
export async function writeAnswer(outcome: Outcome, wishes: Wishes, catalog: Catalog, client: Client): Promise<string> {
  const { columns, rows, tag } = outcome;
  if (!columns) return `{"generatedFields":[],"numberOfRecordsUpdated":${COUNT.exec(tag)?.[1] ?? 0}}`;
  const { resultOptions } = wishes;
  const isJson = wishes.formatRecordsAs === 'JSON';
  const withMetadata = wishes.includeResultMetadata && !isJson;
  const unknown = columns.map(({ dataTypeID }) => dataTypeID).filter(oid => isUnknown(oid, resultOptions));
  const types = unknown.length > 0 ? await catalog.findTypes(client, unknown) : NO_TYPES;
  if (isJson) {
    const text = writeJson(columns, rows, types, resultOptions);
    return `{"formattedRecords":${JSON.stringify(text)},"numberOfRecordsUpdated":0}`;
  }
  const records = writeRecords(columns, rows, types, resultOptions);
  if (!withMetadata) return `{"numberOfRecordsUpdated":0,"records":${records}}`;
  const origins = await catalog.findColumns(client, columns);
  const metadata = JSON.stringify(columns.map((column, index) => describeColumn(column, types, origins[index])));
  return `{"columnMetadata":${metadata},"numberOfRecordsUpdated":0,"records":${records}}`;
}
