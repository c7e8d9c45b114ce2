import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parsePlaceholders } from '../../infra/local/data-api/placeholders.ts';

/** A statement as PostgreSQL's own protocol takes it. */
export interface CapturedStatement {
  readonly text: string;
  readonly values: readonly (string | number | boolean | null)[];
}

interface Request {
  readonly sql: string;
  readonly parameters?: readonly { readonly name: string; readonly value: Readonly<Record<string, string | number>> }[];
}

/** The first statement that `run` sends to the Data API, which answers nothing but empty results meanwhile. */
export async function captureStatement(run: () => Promise<unknown>): Promise<CapturedStatement> {
  let captured: Request | undefined;
  const server = createServer(async (incoming, outgoing) => {
    captured ??= JSON.parse(await text(incoming)) as Request;
    outgoing.setHeader('content-type', 'application/json').end('{"records":[]}');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_RDS_DATA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    DATABASE_CLUSTER_ARN: 'arn:aws:rds:us-east-1:000000000000:cluster:none',
    DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:none',
    DATABASE_NAME: 'none',
  });
  try {
    await run();
  } finally {
    server.closeAllConnections();
    server.close();
  }
  if (!captured) throw new Error('No statement was sent.');
  const { sql, parameters = [] } = captured;
  const { text: statement, names } = parsePlaceholders(sql);
  const values = names.map(name => {
    const value = parameters.find(parameter => parameter.name === name)?.value ?? {};
    return 'isNull' in value ? null : (Object.values(value)[0] ?? null);
  });
  return { text: statement, values };
}
