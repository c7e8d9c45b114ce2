import type { Settings } from './settings.ts';

/** Where the product runs: names and addresses that both the CDK app and the local runtime fill in. */
export interface Place {
  /** Prefix of every name: dev, prod, local. */
  readonly env: string;
  readonly region: string;
  readonly accountID: string;
  readonly partition: string;
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly databaseName: string;
  /** Where the first admin token is. */
  readonly adminTokenSecretArn: string;
  /** Where the Data API is, when it is not AWS's. */
  readonly dataApiUrl?: string | undefined;
  /** Where metrics are; undefined: nowhere. */
  readonly prometheus?: PrometheusPlace | undefined;
  readonly settings: Settings;
}

export type PrometheusPlace =
  /** Any server that speaks Prometheus' HTTP API. */
  | ({ readonly kind: 'server' } & PrometheusServer)
  /** A workspace of Amazon Managed Service for Prometheus. */
  | { readonly kind: 'managed'; readonly url: string; readonly workspaceArn: string }
  /** A server in a network of its own, which one function there asks for the others. */
  | ({ readonly kind: 'inVpc' } & PrometheusServer);

export interface PrometheusServer {
  /** May have a name and a password in it. */
  readonly url: string;
  readonly bearerToken?: string | undefined;
}

export const databaseName = 'service_manager';

/** The account in which everything local is, and the database in it: a Data API that is not AWS's takes any ARN. */
export const madeUpAccount = { region: 'us-east-1', accountID: '000000000000', partition: 'aws' } as const;
export const madeUpDatabase = {
  clusterArn: `arn:aws:rds:${madeUpAccount.region}:${madeUpAccount.accountID}:cluster:service-manager`,
  secretArn: `arn:aws:secretsmanager:${madeUpAccount.region}:${madeUpAccount.accountID}:secret:service-manager`,
  databaseName,
} as const;

/**
 * With a role after it, the key of the usage plan that throttles the role. Keys are unique in an account and region, and
 * alphanumeric.
 */
export const usageKeyPrefix = (env: string) => `${env}servicemanager`;

export function lambdaName({ env }: Place, id: string): string {
  return `${env}-${id}`;
}

export function lambdaArn(place: Place, id: string): string {
  return `arn:${place.partition}:lambda:${place.region}:${place.accountID}:function:${lambdaName(place, id)}`;
}

export type MachineName = 'rollout' | 'rollback';
export const machineNames: readonly MachineName[] = ['rollout', 'rollback'];

export function machineFullName({ env }: Place, machine: MachineName): string {
  return `${env}-${machine}`;
}

/** Formatted from names, never referenced: a function that knew its own machine's ARN by reference would be a circle. */
export function machineArn(place: Place, machine: MachineName): string {
  return `arn:${place.partition}:states:${place.region}:${place.accountID}:stateMachine:${machineFullName(place, machine)}`;
}
