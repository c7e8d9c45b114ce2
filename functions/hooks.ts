import type { Need } from './needs.ts';

/** The Lambdas that AWS's own services, or other functions, call at fixed points, as data. Nothing here imports a handler. */
export interface HookDefinition {
  readonly caller: 'API Gateway' | 'CloudFormation' | 'functions';
  /** Relative to this file. */
  readonly file: string;
  readonly needs: readonly Need[];
  /** A folder of the repository that it reads, which is packed beside it. */
  readonly folder?: 'migrations';
}

export const hooks = {
  /** Says who a token is, and what that one may call. */
  Authorize: { caller: 'API Gateway', file: './hooks/Authorize.ts', needs: ['database', 'tokenSettings'] },
  /** Brings the database to the schema of what is being deployed. */
  Migrate: {
    caller: 'CloudFormation',
    file: './hooks/Migrate.ts',
    needs: ['databaseTransactions', 'adminToken'],
    folder: 'migrations',
  },
  /** Asks a Prometheus that only who is in its network reaches. */
  QueryPrometheus: { caller: 'functions', file: './hooks/QueryPrometheus.ts', needs: ['prometheusServer'] },
} as const satisfies Record<string, HookDefinition>;

export type HookName = keyof typeof hooks;
