import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  type ExecuteStatementCommandOutput,
  RDSDataClient,
  RDSDataServiceException,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import type { AwsRequest } from '../../infra/local/aws-service.ts';
import { createDataApi, type DataApiOptions } from '../../infra/local/data-api/data-api.ts';
import { createDatabase, type Database } from './database.ts';

/** The Data API over a database of its own, behind HTTP, with the real client in front. */
export interface DataApiFixture {
  readonly client: RDSDataClient;
  readonly endpoint: string;
  readonly database: Database;
  /** What every request needs. */
  readonly target: { readonly resourceArn: string; readonly secretArn: string };
  execute(sql: string, input?: Partial<ExecuteStatementCommandInput>): Promise<Answer>;
  close(): Promise<void>;
}

export type Answer = Omit<ExecuteStatementCommandOutput, '$metadata'>;

const TARGET = {
  resourceArn: 'arn:aws:rds:us-east-1:000000000000:cluster:local',
  secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:local',
};

/** @param options what differs from the defaults. */
export async function startDataApi(options: Partial<DataApiOptions> = {}): Promise<DataApiFixture> {
  const database = await createDatabase();
  const service = createDataApi({ url: database.url, clusterArn: TARGET.resourceArn, log: console.error, ...options });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const answer = await service.handle({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers as AwsRequest['headers'],
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new RDSDataClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    endpoint,
    database,
    target: TARGET,
    execute: async (sql, input = {}) => {
      const { $metadata, ...answer } = await client.send(new ExecuteStatementCommand({ ...TARGET, sql, ...input }));
      return answer;
    },
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await service.close();
      await database.drop();
    },
  };
}

/** A refusal as the client sees it. @throws if the call succeeded, or failed otherwise. */
export async function refusalOf(call: Promise<unknown>): Promise<{ name: string; message: string; status: number }> {
  const error = await call.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RDSDataServiceException)) throw error;
  return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode ?? 0 };
}

export function string(name: string, stringValue: string, typeHint?: SqlParameter['typeHint']): SqlParameter {
  return { name, value: { stringValue }, ...(typeHint ? { typeHint } : {}) };
}

export function long(name: string, longValue: number): SqlParameter {
  return { name, value: { longValue } };
}
