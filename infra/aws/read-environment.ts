import type { IConstruct } from 'constructs';
import { readAlertLabels } from '../alert-labels.ts';
import { isBearerToken, isServerUrl } from '../prometheus-server.ts';
import type { Settings } from '../settings.ts';
import {
  type Environment,
  type EnvironmentName,
  environmentNames,
  environments,
  type PrometheusNetwork,
} from './environments.ts';

/**
 * The environment that the context key `env` names, with what other context keys say of it.
 * @throws when there is no such environment, or a key has a value that cannot be meant
 */
export function readEnvironment(app: IConstruct): Environment {
  const read = (key: string) => readText(app, key);
  const name = read('env');
  if (!isEnvironmentName(name)) {
    throw new Error(`The context key env must be one of ${environmentNames.join(', ')}, not ${name}.`);
  }
  const { settings, database, ...rest } = environments[name];
  const dataApiUrl = read('dataApiUrl');
  return {
    ...rest,
    settings: { ...settings, ...readSettings(read), ...readAccess(read, rest.isDisposable) },
    database: database.kind === 'elsewhere' && dataApiUrl !== undefined ? { ...database, dataApiUrl } : database,
    restoredDatabase: readRestoredDatabase(read),
    prometheus: readPrometheus(read) ?? rest.prometheus,
    reservedConcurrency: { ...rest.reservedConcurrency, ...readReservedConcurrency(read) },
    alarmEmail: readAlarmEmail(read) ?? rest.alarmEmail,
    adminTokenRevision: read('adminTokenRevision'),
    allowsDestructiveMigrations: readFlag(read, 'allowDestructiveMigrations') ?? rest.allowsDestructiveMigrations,
  };
}

/** Both were made by the restore: the password of the stack's own cluster opens no other. */
function readRestoredDatabase(read: Read): Environment['restoredDatabase'] {
  const clusterArn = read('restoredClusterArn');
  const secretArn = read('restoredSecretArn');
  if (clusterArn === undefined && secretArn === undefined) return undefined;
  if (clusterArn === undefined || secretArn === undefined) {
    throw new Error('The context keys restoredClusterArn and restoredSecretArn go together.');
  }
  return { clusterArn, secretArn };
}

/** Nothing of it is looked up: a synth asks AWS nothing. */
function readPrometheus(read: Read): Environment['prometheus'] {
  const managed = read('prometheus');
  const url = read('prometheusUrl');
  const bearerToken = read('prometheusBearerToken');
  const network = readPrometheusNetwork(read);
  if (managed !== undefined && managed !== 'managed') {
    throw new Error(`The context key prometheus must be managed: ${managed}`);
  }
  if (url === undefined) {
    const lone = [network && 'prometheusVpc', bearerToken && 'prometheusBearerToken'].find(Boolean);
    if (lone !== undefined) throw new Error(`The context key ${lone} goes with prometheusUrl.`);
    return managed && { kind: managed };
  }
  if (managed !== undefined) throw new Error('The context keys prometheus and prometheusUrl do not go together.');
  if (!isServerUrl(url)) throw new Error('The context key prometheusUrl must be an http or https URL.');
  if (bearerToken !== undefined && !isBearerToken(bearerToken)) {
    throw new Error('The context key prometheusBearerToken must be printable ASCII characters without spaces.');
  }
  return network ? { kind: 'inVpc', url, bearerToken, network } : { kind: 'server', url, bearerToken };
}

function readPrometheusNetwork(read: Read): PrometheusNetwork | undefined {
  const vpcID = read('prometheusVpc');
  const subnetIDs = read('prometheusSubnets')?.split(',');
  const securityGroupID = read('prometheusSecurityGroup');
  if (vpcID === undefined && subnetIDs === undefined && securityGroupID === undefined) return undefined;
  if (vpcID === undefined || subnetIDs === undefined) {
    throw new Error('The context keys prometheusVpc and prometheusSubnets go together.');
  }
  requireID('prometheusVpc', 'vpc', vpcID);
  for (const id of subnetIDs) requireID('prometheusSubnets', 'subnet', id);
  if (securityGroupID !== undefined) requireID('prometheusSecurityGroup', 'sg', securityGroupID);
  return { vpcID, subnetIDs, securityGroupID };
}

function requireID(key: string, prefix: string, id: string): void {
  if (!new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(id)) {
    throw new Error(`The context key ${key} must have ids such as ${prefix}-0a1b2c3d: ${id}`);
  }
}

type Read = (key: string) => string | undefined;

function isEnvironmentName(name: string | undefined): name is EnvironmentName {
  return environmentNames.some(known => known === name);
}

/** Values given on the command line are text, those of cdk.json whatever JSON has. */
function readText(app: IConstruct, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  return value === undefined || value === null ? undefined : String(value);
}

function readFlag(read: Read, key: string): boolean | undefined {
  const value = read(key);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new Error(`The context key ${key} must be true or false: ${value}`);
  return value === 'true';
}

function readAlarmEmail(read: Read): string | undefined {
  const address = read('alarmEmail');
  if (address === undefined || /^[^@\s]+@[^@\s]+$/.test(address)) return address;
  throw new Error(`The context key alarmEmail must be an address: ${address}`);
}

function readReservedConcurrency(read: Read): Environment['reservedConcurrency'] {
  const reportInstance = readNumber(read, 'reservedReports', 1000);
  const Authorize = readNumber(read, 'reservedAuthorizers', 1000);
  return { ...(reportInstance !== undefined && { reportInstance }), ...(Authorize !== undefined && { Authorize }) };
}

function readNumber(read: Read, key: string, highest: number): number | undefined {
  const text = read(key);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > highest) {
    throw new Error(`The context key ${key} must be a whole number up to ${highest}: ${text}`);
  }
  return value;
}

function readSettings(read: Read): Partial<Settings> {
  // API Gateway keeps an authorizer's answers for an hour at most.
  const tokenCacheSeconds = readNumber(read, 'tokenCacheSeconds', 3600);
  const oidc = readOidc(read);
  const alertLabels = readLabels(read);
  return {
    ...(tokenCacheSeconds !== undefined && { tokenCacheSeconds }),
    ...(oidc && { oidc }),
    ...(alertLabels && { alertLabels }),
  };
}

function readLabels(read: Read): Settings['alertLabels'] | undefined {
  const text = read('alertLabels');
  if (text === undefined) return undefined;
  const labels = readAlertLabels(text);
  if (labels) return labels;
  throw new Error(`The context key alertLabels must be like service=app,version=release,severity=priority: ${text}`);
}

/** For emulators that have no authorizers. */
function readAccess(read: Read, isDisposable: boolean): Partial<Settings> {
  if (!readFlag(read, 'open')) return {};
  if (!isDisposable) throw new Error('The context key open is for the environment local alone.');
  return { access: 'open' };
}

/** An issuer without an audience would let in its tokens for anything else. */
function readOidc(read: Read): Settings['oidc'] {
  const issuer = read('oidcIssuer');
  const audience = read('oidcAudience');
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined || audience === undefined) {
    throw new Error('The context keys oidcIssuer and oidcAudience go together.');
  }
  if (!/^https:\/\/./.test(issuer)) throw new Error(`The context key oidcIssuer must be an https URL: ${issuer}`);
  return {
    issuer,
    audience,
    roleClaim: read('oidcRoleClaim') ?? 'role',
    serviceClaim: read('oidcServiceClaim') ?? 'service',
  };
}
