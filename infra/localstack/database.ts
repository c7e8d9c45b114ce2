import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAwsEndpoint } from '../local/aws-endpoint.ts';
import type { AwsService } from '../local/aws-service.ts';
import { createDataApi } from '../local/data-api/data-api.ts';
import { startPostgres } from '../local/postgres/start.ts';
import { type HostDatabase, identityPath, removeRecord, writeRecord } from './host-database.ts';

// The database of the functions in the emulator, which has no Data API for PostgreSQL: a PostgreSQL and a Data API before it.
// Arguments: the folder that it is kept in, the address to listen at, the port that it had last.
const [folder = '', host = '', port = ''] = process.argv.slice(2);

const postgres = await startPostgres({ folder, log });
const dataApi = createDataApi({ url: postgres.url, log });
const server = createServer({ keepAliveTimeout: 65_000 }, createAwsEndpoint([dataApi, createIdentity()], log));
const stop = async () => {
  server.close();
  server.closeAllConnections();
  await dataApi.close();
  await postgres.stop();
  await removeRecord(folder);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stop().then(() => process.exit(0)));
try {
  await listen(server, Number(port)).catch(() => listen(server, 0));
  await writeRecord(folder, describe());
} catch (error) {
  await stop();
  throw error;
}
log(`The Data API listens on ${host}:${describe().port}`);

function describe(): HostDatabase {
  return { folder, pid: process.pid, host, port: (server.address() as AddressInfo).port };
}

/** So that whoever ends this process by its id knows that the id is still ours. */
function createIdentity(): AwsService {
  return {
    matches: ({ method, path }) => method === 'GET' && path === identityPath,
    handle: async () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(describe()),
    }),
    close: async () => undefined,
  };
}

function listen(listener: Server, at: number): Promise<void> {
  return new Promise((done, failed) => {
    listener.once('error', failed).listen(at, host, () => {
      listener.off('error', failed);
      done();
    });
  });
}

function log(line: string): void {
  console.error(line);
}
