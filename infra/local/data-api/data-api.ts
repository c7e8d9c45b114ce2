import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import { Databases } from './databases.ts';
import { DataApiError } from './errors.ts';
import { Operations } from './operations.ts';
import { readBatch, readBegin, readEnd, readExecute, type Target } from './requests.ts';
import { Transactions } from './transactions.ts';

export interface DataApiOptions {
  /** `postgres://…` of the database that is meant where a request names none. */
  readonly url: string;
  /** The only `resourceArn` that is served; without, any is. */
  readonly clusterArn?: string;
  /** The only `secretArn` that is accepted; without, any is. */
  readonly secretArn?: string;
  /** The most connections for single statements, for each database; 16 by default. */
  readonly poolSize?: number;
  /** The most transactions at once, for each database; 64 by default. */
  readonly transactions?: number;
  readonly limits?: Partial<typeof LIMITS>;
  readonly log?: (line: string) => void;
}

/** In milliseconds, as in AWS. */
const LIMITS = { statementMs: 45_000, transactionIdleMs: 180_000, transactionLifeMs: 86_400_000 };
const MAX_REQUEST_OCTETS = 4 * 1024 * 1024;

type Route = (body: Buffer) => Promise<string>;

/** The RDS Data API over PostgreSQL: the five operations, as the AWS SDKs and the AWS CLI speak them. */
export function createDataApi(options: DataApiOptions): AwsService {
  const { log = () => undefined } = options;
  const limits = { ...LIMITS, ...options.limits };
  const databases = new Databases(options.url, options.poolSize ?? 16, options.transactions ?? 64);
  const transactions = new Transactions({ idleMs: limits.transactionIdleMs, lifeMs: limits.transactionLifeMs });
  const operations = new Operations(databases, transactions, limits.statementMs);
  const check = <T extends Target>(target: T): T => {
    checkTarget(target, options);
    return target;
  };
  const routes = new Map<string, Route>([
    ['/Execute', body => operations.execute(check(readExecute(body)))],
    ['/BatchExecute', body => operations.batch(check(readBatch(body)))],
    ['/BeginTransaction', body => operations.begin(check(readBegin(body)))],
    ['/CommitTransaction', body => operations.commit(check(readEnd(body)))],
    ['/RollbackTransaction', body => operations.rollback(check(readEnd(body)))],
  ]);
  return {
    matches: ({ method, path }) => method === 'POST' && routes.has(path),
    handle: async request => {
      try {
        const route = routes.get(request.path);
        if (!route) throw new DataApiError('BadRequestException', `No operation ${request.path}`);
        checkSize(request);
        return answer(200, await route(request.body));
      } catch (error) {
        if (error instanceof DataApiError) return answerError(error);
        log(`Data API: ${error instanceof Error ? error.stack : error}`);
        return answerError(new DataApiError('InternalServerErrorException'));
      }
    },
    close: async () => {
      transactions.close();
      await databases.close();
    },
  };
}

function checkTarget({ resourceArn, secretArn }: Target, options: DataApiOptions): void {
  if (options.clusterArn !== undefined && resourceArn !== options.clusterArn) {
    const id = resourceArn.split(':').at(-1);
    throw new DataApiError('HttpEndpointNotEnabledException', `HttpEndpoint isn't enabled for cluster ${id}`);
  }
  if (options.secretArn !== undefined && secretArn !== options.secretArn) {
    throw new DataApiError('SecretsErrorException', "Secrets Manager can't find the specified secret.");
  }
}

/** The limit counts the headers too. */
function checkSize({ headers, body }: AwsRequest): void {
  let octets = body.length;
  for (const [name, value] of Object.entries(headers)) octets += name.length + (value?.length ?? 0);
  if (octets <= MAX_REQUEST_OCTETS) return;
  throw new DataApiError('BadRequestException', 'The request exceeds the size limit 4 MB.');
}

function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers },
    body,
  };
}

function answerError(error: DataApiError): AwsResponse {
  return answer(error.status, JSON.stringify(error.members), { 'x-amzn-errortype': error.name });
}
