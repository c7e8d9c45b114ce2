/** What a function has to be given; `infra/wiring.ts` says which environment variables and grants that is. */
export type Need = 'database' | 'workflows' | 'reportSettings' | 'historySettings';
