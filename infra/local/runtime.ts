import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type RouteID, routes } from '../../functions/routes.ts';
import type { Place, PrometheusServer } from '../place.ts';
import type { Settings } from '../settings.ts';
import { functionName, wireFunctions } from '../wiring.ts';
import { createAwsEndpoint } from './aws-endpoint.ts';
import { createDataApi } from './data-api/data-api.ts';
import { type BusEvent, createEventBus } from './event-bus/event-bus.ts';
import { renderGatewayProblem } from './gateway-problems.ts';
import { createGatewayServer } from './http/gateway-server.ts';
import { createLambda, type Lambda } from './lambda/create-lambda.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { localPlace } from './place.ts';
import { startPostgres } from './postgres/start.ts';
import { prepareDatabase } from './prepare-database.ts';
import { putMachines } from './put-machines.ts';
import { createStepFunctions } from './step-functions/provider.ts';

export interface RuntimeOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly awsPort: number;
  /** Where PostgreSQL and Step Functions keep what they know. */
  readonly data: string;
  /** An existing PostgreSQL in place of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** Where metrics are; nowhere if absent. */
  readonly prometheus?: PrometheusServer | undefined;
  readonly settings?: Partial<Settings>;
  /** Whether migrations may take away what the release before has. */
  readonly allowDestructive?: boolean | undefined;
  /** The first admin token, where access is closed; one is made if absent. */
  readonly adminToken?: string | undefined;
  /** Events in one execution's history; AWS's limit if absent. */
  readonly historyLimit?: number;
  /** No waiting for the disk, at the price of the data when the machine dies. */
  readonly fast?: boolean;
  /** Where functions find AWS, given the runtime's own endpoint: whoever tests faults puts a proxy before it. */
  readonly functionsEndpoint?: (awsUrl: string) => string;
  /** Told of what functions put on EventBridge's default bus. */
  readonly onEvent?: (event: BusEvent) => void;
  readonly log: (line: string) => void;
}

export interface Runtime {
  /** Of the API, without `/v1`. */
  readonly url: string;
  /** What AWS_ENDPOINT_URL points to. */
  readonly awsUrl: string;
  readonly place: Place;
  /** The first admin token, where this start made it: nobody can be told it again. */
  readonly madeAdminToken: string | undefined;
  stop(): Promise<void>;
}

/**
 * However many requests come in, the workflows' tasks do not queue behind them: all functions here share the 50
 * connections that an SDK client keeps.
 */
const requestsAtOnce = 40;

/** As in AWS. Whatever a death between two steps has left lying waits no longer. */
const reconcileMs = 60_000;

/**
 * The whole product in this process: PostgreSQL and the AWS endpoint first, then the migrations and the machines, then the API.
 * One in a process: functions read their environment once.
 * @throws when the data folder is in use, a port is taken, or a migration fails
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { log } = options;
  const closing: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const folder = resolve(options.data);
    const postgres = await startPostgres({
      folder,
      databaseUrl: options.databaseUrl,
      fast: options.fast ?? false,
      log,
    });
    closing.push(() => postgres.stop());
    const place = localPlace(
      decodeURIComponent(new URL(postgres.url).pathname.slice(1)),
      options.settings,
      options.prometheus,
    );

    let awsUrl = '';
    const dataApi = createDataApi({ url: postgres.url, log });
    const stepFunctions = createStepFunctions({
      region: place.region,
      accountId: place.accountID,
      lambdaEndpoint: () => process.env['AWS_ENDPOINT_URL_LAMBDA'] || awsUrl,
      folder: join(folder, 'step-functions'),
      ...(options.historyLimit === undefined ? {} : { historyLimit: options.historyLimit }),
      log: (message, error) => log(`${message}: ${error instanceof Error ? error.stack : error}`),
    });
    const lambda = createLambda({
      region: place.region,
      accountId: place.accountID,
      functions: localFunctions(place),
      log,
    });
    const eventBus = createEventBus({ region: place.region, accountId: place.accountID, onEvent: options.onEvent });
    const services = [dataApi, stepFunctions, lambda, eventBus];
    const aws = createServer({ keepAliveTimeout: 65_000 }, createAwsEndpoint(services, log));
    closing.push(() => dataApi.close());
    closing.push(() => lambda.close());
    closing.push(() => stepFunctions.close());
    awsUrl = await listen(aws, options.awsPort, '--aws-port');
    closing.push(() => closeServer(aws));
    pointFunctionsAt(options.functionsEndpoint?.(awsUrl) ?? awsUrl, place);

    const madeAdminToken = await prepareDatabase(place, options);
    await putMachines(stepFunctions, place);
    await reconcile(lambda, place, { started: true });
    const timer = setInterval(
      () => reconcile(lambda, place, {}).catch(error => log(`reconciler: ${error}`)),
      reconcileMs,
    );
    closing.push(async () => clearInterval(timer));

    const api = createGatewayServer({
      routes: gatewayRoutes(place),
      invoke: limitConcurrency(requestsAtOnce, (name: string, event: unknown) => lambda.invoke(name, event)),
      stage: 'v1',
      accountId: place.accountID,
      region: place.region,
      authorizer: place.settings.access === 'closed' ? gatewayAuthorizer(place) : undefined,
      render: renderGatewayProblem,
      log,
    });
    const url = await listen(api, options.port, '--port');
    closing.push(() => closeServer(api));
    return { url, awsUrl, place, madeAdminToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function localFunctions(place: Place) {
  return wireFunctions(place).map(({ name, file, environment, timeoutSeconds, memoryMB }) => ({
    name,
    file: new URL(file, new URL('../../functions/', import.meta.url)),
    environment,
    timeoutSeconds,
    memoryMB,
  }));
}

function gatewayRoutes(place: Place) {
  return (Object.keys(routes) as RouteID[]).map(id => ({
    method: routes[id].method,
    path: routes[id].path,
    functionName: functionName(place, id),
  }));
}

function gatewayAuthorizer(place: Place) {
  return { functionName: functionName(place, 'Authorize'), cacheSeconds: place.settings.tokenCacheSeconds };
}

/** What AWS sets for every function; the credentials are made up, and nobody checks them. */
function pointFunctionsAt(awsUrl: string, place: Place): void {
  Object.assign(process.env, {
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_RDS_DATA: awsUrl,
    AWS_ENDPOINT_URL_SFN: awsUrl,
    AWS_ENDPOINT_URL_EVENTBRIDGE: awsUrl,
  });
  // What people who use AWS have in their shells, and the SDK would prefer.
  delete process.env['AWS_PROFILE'];
  delete process.env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'];
  // Lines for each request and each minute are for a log group, not for a terminal.
  process.env['POWERTOOLS_LOG_LEVEL'] ??= 'WARN';
  process.env['POWERTOOLS_METRICS_DISABLED'] ??= 'true';
}

async function reconcile(lambda: Lambda, place: Place, event: { started?: boolean }): Promise<void> {
  const { functionError, payload } = await lambda.invoke(functionName(place, 'Reconcile'), event);
  if (functionError) throw new Error(`The reconciler failed: ${payload}`);
}

async function listen(server: Server, port: number, flag: string): Promise<string> {
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`The port is in use: 127.0.0.1:${port}; ${flag} takes another.`, { cause: error });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise(done => server.close(done));
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 500).unref();
  await closed;
}
