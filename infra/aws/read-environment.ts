import type { App } from 'aws-cdk-lib';
import type { OidcSettings, Settings } from '../settings.ts';
import { type Environment, type EnvironmentName, environmentNames, environments } from './environments.ts';

/**
 * The environment that the context key `env` names, with what other context keys say of it.
 * @throws when there is no such environment, or a key has a value that cannot be meant
 */
export function readEnvironment(app: App): Environment {
  const read = (key: string) => readText(app, key);
  const name = read('env');
  if (!isEnvironmentName(name)) {
    throw new Error(`The context key env must be one of ${environmentNames.join(', ')}, not ${name}.`);
  }
  const { settings, database, ...rest } = environments[name];
  const dataApiUrl = read('dataApiUrl');
  return {
    ...rest,
    settings: { ...settings, ...readSettings(read) },
    database: database.kind === 'elsewhere' && dataApiUrl !== undefined ? { ...database, dataApiUrl } : database,
    allowsDestructiveMigrations: readFlag(read, 'allowDestructiveMigrations') ?? rest.allowsDestructiveMigrations,
  };
}

type Read = (key: string) => string | undefined;

function isEnvironmentName(name: string | undefined): name is EnvironmentName {
  return environmentNames.some(known => known === name);
}

/** Values given on the command line are text, those of cdk.json whatever JSON has. */
function readText(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  return value === undefined || value === null ? undefined : String(value);
}

function readFlag(read: Read, key: string): boolean | undefined {
  const value = read(key);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new Error(`The context key ${key} must be true or false: ${value}`);
  return value === 'true';
}

function readSettings(read: Read): Partial<Settings> {
  const tokenCacheSeconds = read('tokenCacheSeconds');
  const oidc = readOidc(read);
  return {
    ...(tokenCacheSeconds === undefined ? {} : { tokenCacheSeconds: readCacheSeconds(tokenCacheSeconds) }),
    ...(oidc && { oidc }),
  };
}

/** API Gateway caches an authorizer's answers for an hour at most. */
function readCacheSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds > 3600) {
    throw new Error(`The context key tokenCacheSeconds must be a whole number up to 3600: ${text}`);
  }
  return seconds;
}

/** An issuer without an audience would let in its tokens for anything else. */
function readOidc(read: Read): OidcSettings | undefined {
  const issuer = read('oidcIssuer');
  const audience = read('oidcAudience');
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined || audience === undefined) {
    throw new Error('The context keys oidcIssuer and oidcAudience go together.');
  }
  return {
    issuer,
    audience,
    roleClaim: read('oidcRoleClaim') ?? 'role',
    serviceClaim: read('oidcServiceClaim') ?? 'service',
  };
}
