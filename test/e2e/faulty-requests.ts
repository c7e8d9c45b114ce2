/** A request that is refused. `{service}` and `{deployID}` in it stand for a service with a scheduled deployment. */
export interface FaultyRequest {
  readonly what: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** JSON, or text as it is sent. */
  readonly body?: unknown;
  readonly status?: number;
  readonly code?: string;
  /** Where the faults are, all of them. */
  readonly faults?: readonly string[];
}

const long = (length: number) => 'x'.repeat(length);
const steps = (...weights: number[]) => ({ type: 'canary', steps: weights.map(weight => ({ weight })) });
const deployment = (more: object) => ({ service: '{service}', version: 'v3', ...more });

/** Of each kind of fault one. */
export const faultyRequests: readonly FaultyRequest[] = [
  { what: 'no body', path: '/services', faults: ['body'] },
  { what: 'a body that is not JSON', path: '/services', body: '{"name": ', faults: ['body'] },
  { what: 'a body that is no object', path: '/services', body: ['a'], faults: ['body'] },
  {
    what: 'a body that is larger than a request may be',
    path: '/services',
    body: `{"name": "${long(300_000)}"}`,
    faults: ['body'],
  },
  {
    what: 'a service of the wrong types',
    path: '/services',
    body: { name: 1, deps: 'b' },
    faults: ['body.name', 'body.deps'],
  },
  {
    what: 'a service without a name, with what nobody knows',
    path: '/services',
    body: { nmae: 'x', owner: 'y' },
    faults: ['body.name', 'body.nmae', 'body.owner'],
  },
  { what: 'a name that is too long', path: '/services', body: { name: long(129) }, faults: ['body.name'] },
  {
    what: 'names with characters that names have not',
    path: '/services',
    body: { name: 'a b', deps: ['ok', '-x', 'é', ''] },
    faults: ['body.name', 'body.deps[1]', 'body.deps[2]', 'body.deps[3]'],
  },
  {
    what: 'a dependency that is named twice',
    path: '/services',
    body: { name: 'twice', deps: ['b', 'b'] },
    faults: ['body.deps[1]'],
  },
  {
    what: 'too many dependencies',
    path: '/services',
    body: { name: 'many', deps: Array.from({ length: 101 }, (_, at) => `d${at}`) },
    faults: ['body.deps'],
  },
  {
    what: 'a service that depends on itself',
    path: '/services',
    body: { name: 'self', deps: ['self'] },
    code: 'dependencyCycle',
  },
  {
    what: 'a cycle of three services',
    method: 'PUT',
    path: '/services/{service}-c',
    body: { deps: ['{service}-a'] },
    code: 'dependencyCycle',
  },
  { what: 'a service that exists', path: '/services', body: { name: '{service}' }, status: 409, code: 'serviceExists' },
  {
    what: 'a service that does not exist',
    method: 'PUT',
    path: '/services/nobody',
    body: { deps: [] },
    status: 404,
    code: 'serviceNotFound',
  },
  {
    what: 'a service that others depend on',
    method: 'DELETE',
    path: '/services/{service}-b',
    status: 409,
    code: 'serviceHasDependents',
  },
  {
    what: 'a service with a scheduled deployment',
    method: 'DELETE',
    path: '/services/{service}',
    status: 409,
    code: 'serviceHasDeployments',
  },
  { what: 'a path that is not percent-encoding', method: 'DELETE', path: '/services/%zz' },
  {
    what: 'a version of a service that does not exist',
    path: '/services/nobody/versions',
    body: { version: 'v1' },
    status: 404,
    code: 'serviceNotFound',
  },
  {
    what: 'a version that is too long, and a description that is none',
    path: '/services/{service}/versions',
    body: { version: `v${long(255)}`, description: 7 },
    faults: ['body.version', 'body.description'],
  },
  {
    what: 'a report of the wrong types',
    method: 'PUT',
    path: '/services/{service}/instances/new',
    body: { version: 1, health: 'fine', sequence: -1.5, labels: { zone: 1 }, outcome: 'maybe' },
    faults: ['body.version', 'body.health', 'body.sequence', 'body.labels.zone', 'body.outcome'],
  },
  {
    what: 'a report without a version',
    method: 'PUT',
    path: '/services/{service}/instances/new',
    body: {},
    faults: ['body.version'],
  },
  {
    what: 'a report on a service that does not exist',
    method: 'PUT',
    path: '/services/nobody/instances/new',
    body: { version: null },
    status: 404,
    code: 'serviceNotFound',
  },
  {
    what: 'an instance that does not exist',
    method: 'DELETE',
    path: '/services/{service}/instances/nobody',
    status: 404,
    code: 'instanceNotFound',
  },
  {
    what: 'a state of no health',
    path: '/services/{service}/states',
    body: { health: 'bad', message: 3 },
    faults: ['body.health', 'body.message'],
  },
  { what: 'a deployment of nothing', path: '/deployments', body: {}, faults: ['body.service', 'body.version'] },
  {
    what: 'a deployment of an unknown service',
    path: '/deployments',
    body: { service: 'nobody', version: 'v1' },
    status: 404,
    code: 'serviceNotFound',
  },
  {
    what: 'an unknown strategy',
    path: '/deployments',
    body: deployment({ strategy: 'blueGreen' }),
    faults: ['body.strategy'],
  },
  {
    what: 'weights that do not ascend',
    path: '/deployments',
    body: deployment({ strategy: steps(50, 50, 20, 60) }),
    faults: ['body.strategy.steps[1].weight', 'body.strategy.steps[2].weight'],
  },
  {
    what: 'weights that are no shares',
    path: '/deployments',
    body: deployment({ strategy: steps(0, 101) }),
    faults: ['body.strategy.steps[0].weight', 'body.strategy.steps[1].weight'],
  },
  {
    what: 'settings of another strategy',
    path: '/deployments',
    body: deployment({ strategy: { type: 'allAtOnce', batchSize: 3 } }),
    faults: ['body.strategy.batchSize'],
  },
  {
    what: 'settings out of range',
    path: '/deployments',
    body: deployment({
      strategy: {
        type: 'rolling',
        batchSize: '0%',
        bakeSeconds: '8d',
        maxFailures: -1,
        graceSeconds: 'soon',
        batchTimeoutSeconds: 0,
      },
    }),
    faults: [
      'body.strategy.batchSize',
      'body.strategy.bakeSeconds',
      'body.strategy.maxFailures',
      'body.strategy.graceSeconds',
      'body.strategy.batchTimeoutSeconds',
    ],
  },
  {
    what: 'two words on failures',
    path: '/deployments',
    body: deployment({ strategy: { type: 'rolling', onFailure: 'pause' }, onFailure: 'rollback' }),
    faults: ['body.onFailure'],
  },
  {
    what: 'a time that is none',
    path: '/deployments',
    body: deployment({ scheduleTime: 'tomorrow' }),
    faults: ['body.scheduleTime'],
  },
  {
    what: 'a day that no month has',
    path: '/deployments',
    body: deployment({ scheduleTime: '2030-02-30T00:00:00Z' }),
    faults: ['body.scheduleTime'],
  },
  {
    what: 'a time without an offset',
    path: '/deployments',
    body: deployment({ scheduleTime: '2030-01-01T00:00:00' }),
    faults: ['body.scheduleTime'],
  },
  {
    what: 'a time that is more than a year away',
    path: '/deployments',
    body: deployment({ scheduleTime: '2999-01-01T00:00:00Z' }),
    faults: ['body.scheduleTime'],
  },
  {
    what: 'faults of body and query together',
    path: '/deployments?dryRun=perhaps&colour=red',
    body: deployment({ force: 'yes', description: long(1001) }),
    faults: ['query.dryRun', 'query.colour', 'body.force', 'body.description'],
  },
  {
    what: 'a deployment that does not exist',
    method: 'GET',
    path: '/deployments/nothing',
    status: 404,
    code: 'deploymentNotFound',
  },
  {
    what: 'a command to a deployment that does not exist',
    path: '/deployments/nothing/pause',
    status: 404,
    code: 'deploymentNotFound',
  },
  {
    what: 'a command that its status does not allow',
    path: '/deployments/{deployID}/pause',
    status: 409,
    code: 'statusConflict',
  },
  {
    what: 'a command that its status does not allow, and a body with faults',
    path: '/deployments/{deployID}/continue',
    body: { waitID: 1 },
    status: 409,
    code: 'statusConflict',
  },
  {
    what: 'a rollback of what has not begun',
    path: '/deployments/{deployID}/rollback',
    status: 409,
    code: 'statusConflict',
  },
  {
    what: 'a change with faults',
    path: '/deployments/{deployID}',
    body: { version: '', strategy: 'none', scheduleTime: 5, service: 'x' },
    faults: ['body.version', 'body.strategy', 'body.scheduleTime', 'body.service'],
  },
  {
    what: 'an unknown filter value',
    method: 'GET',
    path: '/deployments?type=sleeping&status=gone',
    faults: ['query.type', 'query.status'],
  },
  { what: 'an unknown filter', method: 'GET', path: '/deployments?colour=red', faults: ['query.colour'] },
  {
    what: 'a filter that is given twice',
    method: 'GET',
    path: '/deployments?status=failed&status=paused',
    faults: ['query.status'],
  },
  { what: 'limits out of range', method: 'GET', path: '/deployments?limit=501', faults: ['query.limit'] },
  { what: 'a limit that is no number', method: 'GET', path: '/services?limit=ten', faults: ['query.limit'] },
  { what: 'a cursor that is not ours', method: 'GET', path: '/deployments?start=bm9uZQ', faults: ['query.start'] },
  {
    what: 'a cursor of another list',
    method: 'GET',
    path: `/services?start=${Buffer.from('["instances","a"]').toString('base64url')}`,
    faults: ['query.start'],
  },
  {
    what: 'a type of versions that is none',
    method: 'GET',
    path: '/services/{service}/availableVersions?type=some',
    faults: ['query.type'],
  },
];

/** Those that no function of ours is asked about. */
export const refusedByGateway: readonly FaultyRequest[] = [
  { what: 'a path that there is not', path: '/nothing', status: 404, code: 'routeNotFound' },
  { what: 'a method that a path has not', method: 'PUT', path: '/services', status: 404, code: 'routeNotFound' },
  {
    what: 'a body that is larger than an event may be',
    path: '/services',
    body: `{"name": "${long(7_000_000)}"}`,
    status: 413,
    code: 'requestTooLarge',
  },
  {
    what: 'a body that is larger than the gateway takes',
    path: '/services',
    body: `{"name": "${long(10_500_000)}"}`,
    status: 413,
    code: 'requestTooLarge',
  },
];
