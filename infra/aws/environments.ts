import type { Role } from '../../functions/domain/roles.ts';
import type { PrometheusServer } from '../place.ts';
import { defaultSettings, localSettings, type Settings } from '../settings.ts';

export const environmentNames = ['dev', 'prod', 'local'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** One deployed copy of the product, and all in which it differs from the others. */
export interface Environment {
  /** The prefix of every name, and the value of the tag `Environment`. */
  readonly name: EnvironmentName;
  readonly settings: Settings;
  readonly database: AuroraSettings | DatabaseElsewhere;
  /** A cluster that was restored from a backup, to be used in place of the stack's own. */
  readonly restoredDatabase?: { readonly clusterArn: string; readonly secretArn: string } | undefined;
  /** Where metrics are; undefined: nowhere. */
  readonly prometheus?: PrometheusSettings | undefined;
  /** Whether its data can be lost in one step: else its stack and its cluster must first be unprotected. */
  readonly isDisposable: boolean;
  readonly logRetentionDays: 7 | 30 | 180;
  /** Undefined: none. */
  readonly throttles: Throttles | undefined;
  /** The share of instances' reports that is traced; undefined: as many as of anything else. */
  readonly tracedReports: number | undefined;
  /** How many calls at a time a function may take, out of the account's own; without, whatever is left of those. */
  readonly reservedConcurrency: Readonly<Partial<Record<'reportInstance' | 'Authorize', number>>>;
  /** Who is written to when an alarm goes off. */
  readonly alarmEmail?: string | undefined;
  /** Any other text than at the last deploy makes the secret's value the first admin token anew. */
  readonly adminTokenRevision?: string | undefined;
  /** Whether migrations may drop what holds data. */
  readonly allowsDestructiveMigrations: boolean;
}

/** A cluster of its own. An ACU is 2 GiB of memory and what goes with it. */
export interface AuroraSettings {
  readonly kind: 'aurora';
  readonly minACU: number;
  readonly maxACU: number;
  /** For how long nobody must ask it anything before it stops, and costs no more than its storage; needs a `minACU` of 0. */
  readonly pausesAfterMinutes?: number;
  readonly backupDays: number;
  /** Whether a second instance, in another zone, is ready to take over. */
  readonly hasStandby: boolean;
}

/** A Data API that is there already, since emulators have none for PostgreSQL. */
export interface DatabaseElsewhere {
  readonly kind: 'elsewhere';
  readonly dataApiUrl: string;
}

export type PrometheusSettings =
  /** A workspace of Amazon Managed Service for Prometheus, made with the database. */
  | { readonly kind: 'managed' }
  /** A server that functions reach from outside any network. */
  | ({ readonly kind: 'server' } & PrometheusServer)
  /** A server that is reached from these subnets alone. */
  | ({ readonly kind: 'inVpc'; readonly network: PrometheusNetwork } & PrometheusServer);

export interface PrometheusNetwork {
  readonly vpcID: string;
  readonly subnetIDs: readonly string[];
  /** What the server lets in; undefined: one is made, which the server must then let in. */
  readonly securityGroupID?: string | undefined;
}

export interface Throttle {
  readonly requestsPerSecond: number;
  /** How many may come at once. */
  readonly burst: number;
}

/** What the stage takes in all, and what each role may use of it. */
export interface Throttles {
  readonly stage: Throttle;
  readonly role: Readonly<Record<Role, Throttle>>;
}

/** A fleet is told to report 50 times a second; four times that is a batch that hurries, or an agent of someone's own. */
const throttles: Throttles = {
  stage: { requestsPerSecond: 500, burst: 1000 },
  role: {
    viewer: { requestsPerSecond: 100, burst: 200 },
    operator: { requestsPerSecond: 100, burst: 200 },
    agent: { requestsPerSecond: 4 * defaultSettings.reportRate, burst: 500 },
    alerts: { requestsPerSecond: 20, burst: 100 },
    admin: { requestsPerSecond: 100, burst: 200 },
  },
};

export const environments: Readonly<Record<EnvironmentName, Environment>> = {
  dev: {
    name: 'dev',
    settings: { ...defaultSettings, databasePauses: true },
    database: { kind: 'aurora', minACU: 0, maxACU: 4, pausesAfterMinutes: 5, backupDays: 7, hasStandby: false },
    isDisposable: false,
    logRetentionDays: 30,
    throttles,
    tracedReports: 0.01,
    reservedConcurrency: {},
    allowsDestructiveMigrations: false,
  },
  prod: {
    name: 'prod',
    settings: defaultSettings,
    database: { kind: 'aurora', minACU: 0.5, maxACU: 16, backupDays: 35, hasStandby: true },
    isDisposable: false,
    logRetentionDays: 180,
    throttles,
    tracedReports: 0.01,
    reservedConcurrency: {},
    allowsDestructiveMigrations: false,
  },
  local: {
    name: 'local',
    // An emulator may take seconds for the first reports of a fleet: nobody is to be lost by then.
    settings: { ...localSettings, reportFastSeconds: 3, reportSlowSeconds: 10 },
    database: { kind: 'elsewhere', dataApiUrl: 'http://127.0.0.1:8081' },
    isDisposable: true,
    logRetentionDays: 7,
    throttles: undefined,
    tracedReports: undefined,
    reservedConcurrency: {},
    allowsDestructiveMigrations: false,
  },
};
