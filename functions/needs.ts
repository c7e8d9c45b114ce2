/** What a function has to be given; `infra/provisions.ts` says which environment variables and grants that is. */
export type Need =
  | 'access'
  | 'database'
  | 'databaseTransactions'
  | 'workflows'
  | 'executions'
  | 'events'
  | 'prometheus'
  | 'prometheusServer'
  | 'prometheusKnown'
  | 'metricSettings'
  | 'alertSettings'
  | 'reportSettings'
  | 'historySettings'
  | 'retentionSettings'
  | 'pauseSettings'
  | 'tokenSettings'
  | 'adminToken';
