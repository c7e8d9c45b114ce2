import { isIP } from 'node:net';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { madeUpAccount } from '../place.ts';
import { root } from './folders.ts';

/** An emulator of AWS: where it listens, and what leads a program there and nowhere else. */
export interface Emulator {
  /** What AWS_ENDPOINT_URL points to. */
  readonly url: string;
  /** Whether it has no Lambda authorizers and no custom resources, so that everyone is let in. */
  readonly isOpen: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

const usualUrl = 'http://127.0.0.1:4566';

/**
 * The emulator that AWS_ENDPOINT_URL names, by default LocalStack's usual place; or the one that the argument `--endpoint` does.
 * `--open` is for one that has no Lambda authorizers.
 * @throws when the variable, which may have been set for something else, leads out of this machine and its network
 */
export function findEmulator(args: readonly string[]): Emulator {
  const { values } = parseArgs({
    args: [...args],
    options: { endpoint: { type: 'string' }, open: { type: 'boolean', default: false } },
  });
  const url = (values.endpoint || process.env['AWS_ENDPOINT_URL'] || usualUrl).replace(/\/+$/, '');
  if (!URL.canParse(url)) throw new Error(`The emulator's URL is none: ${url}`);
  const { hostname } = new URL(url);
  if (isAws(hostname)) throw new Error(`${url} is AWS itself: npm run deploy is for that.`);
  if (!values.endpoint && !isNear(hostname)) {
    throw new Error(`${url} is outside of this machine and its network: if you mean it, say -- --endpoint ${url}`);
  }
  return { url, isOpen: values.open, environment: { ...ownEnvironment(), ...awsEnvironment(url) } };
}

function isAws(hostname: string): boolean {
  return /\.(amazonaws\.com(\.cn)?|aws|api\.aws)$/.test(hostname);
}

/** Loopback and private addresses, and names that no public server has; those of LocalStack stand for 127.0.0.1. */
function isNear(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '');
  if (isIP(name)) return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/.test(name);
  return !name.includes('.') || /(^|\.)(localhost|localhost\.localstack\.cloud|docker\.internal|local)$/.test(name);
}

/** Without what people who use AWS have in their shells: a profile would be preferred to the credentials below. */
function ownEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_'));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function awsEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    // One for S3 of its own keeps the CDK from putting the bucket's name before the host's.
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: madeUpAccount.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // The Node that came with the repository runs the CDK and its app.
    PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  };
}
