import { parseArgs } from 'node:util';
import { readAlertLabels } from '../alert-labels.ts';
import type { PrometheusServer } from '../place.ts';
import { isBearerToken, isServerUrl } from '../prometheus-server.ts';
import type { Settings } from '../settings.ts';
import { startRuntime } from './runtime.ts';

const usage = `npm start -- [options]

  --port N             of the API (8080)
  --aws-port N         of the AWS endpoint: RDS Data API, Step Functions, Lambda (8081)
  --data FOLDER        where everything is kept (.data)
  --database-url U     an existing PostgreSQL instead of the embedded one (DATABASE_URL)
  --prometheus-url U   a Prometheus that has the services' metrics (PROMETHEUS_URL; PROMETHEUS_BEARER_TOKEN is its token)
  --alert-labels L     which labels of an alert say what it is about (service=service,version=version,severity=severity)
  --auth               every request needs a token; the first admin token is ADMIN_TOKEN, or is made and printed once
  --allow-destructive  migrations may take away what the release before has`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      'aws-port': { type: 'string', default: '8081' },
      data: { type: 'string', default: '.data' },
      'database-url': { type: 'string' },
      'prometheus-url': { type: 'string' },
      'alert-labels': { type: 'string' },
      auth: { type: 'boolean', default: false },
      'allow-destructive': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return {
    port: readPort('--port', values.port),
    awsPort: readPort('--aws-port', values['aws-port']),
    data: values.data,
    databaseUrl: values['database-url'] ?? process.env['DATABASE_URL'],
    prometheus: readPrometheus(values['prometheus-url'] || process.env['PROMETHEUS_URL'] || undefined),
    allowDestructive: values['allow-destructive'],
    settings: { ...readLabels(values['alert-labels']), ...(values.auth && { access: 'closed' as const }) },
    ...(values.auth && { adminToken: readAdminToken() }),
  };
}

function readPrometheus(url: string | undefined): PrometheusServer | undefined {
  if (url === undefined) return undefined;
  if (!isServerUrl(url)) {
    throw new Error('--prometheus-url and PROMETHEUS_URL take an address such as http://127.0.0.1:9090');
  }
  const bearerToken = process.env['PROMETHEUS_BEARER_TOKEN'] || undefined;
  if (bearerToken !== undefined && !isBearerToken(bearerToken)) {
    throw new Error('PROMETHEUS_BEARER_TOKEN takes printable ASCII characters without spaces');
  }
  return { url, bearerToken };
}

function readLabels(text: string | undefined): Pick<Settings, 'alertLabels'> | undefined {
  if (text === undefined) return undefined;
  const alertLabels = readAlertLabels(text);
  if (alertLabels) return { alertLabels };
  throw new Error('--alert-labels takes names of labels, such as service=app,version=release,severity=priority');
}

function readAdminToken(): string | undefined {
  const token = process.env['ADMIN_TOKEN'] || undefined;
  if (token !== undefined && !/^[!-~]{12,}$/.test(token)) {
    throw new Error('ADMIN_TOKEN takes printable ASCII characters without spaces, 12 at least');
  }
  return token;
}

function readPort(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${flag} takes a port from 0 to 65535, not '${text}'`);
  return port;
}

function log(line: string): void {
  console.error(line);
}

// A rejection that a handler left behind must not take the others down.
process.on('unhandledRejection', error => log(`unhandled rejection: ${error instanceof Error ? error.stack : error}`));

const starting = startRuntime({ ...readOptionsOrExit(), log });

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    // npm hands on the Ctrl-C that its terminal sends us too: more of them change nothing.
    if (stopping) return;
    stopping = true;
    try {
      // Ended half-way, a start would leave PostgreSQL running.
      const runtime = await starting;
      await runtime.stop();
      process.exit(0);
    } catch (error) {
      fail(error);
    }
  });
}

try {
  const { url, awsUrl, madeAdminToken } = await starting;
  console.log(`Service Manager is ready.
  API           ${url}/v1
  AWS endpoint  ${awsUrl}${madeAdminToken === undefined ? '' : `\n  Admin token   ${madeAdminToken} (shown this once)`}`);
} catch (error) {
  fail(error);
}

function readOptionsOrExit() {
  try {
    return readOptions();
  } catch (error) {
    return fail(error, `\n${usage}`);
  }
}

function fail(error: unknown, hint = ''): never {
  console.error((error instanceof Error ? error.message : String(error)) + hint);
  process.exit(1);
}
