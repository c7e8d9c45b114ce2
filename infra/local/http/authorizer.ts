import type { InvokeResult } from '../lambda/local-function.ts';
import { settleWithin } from '../lambda/settle-within.ts';
import { type AuthorizerAnswer, parseAuthorizerAnswer } from './authorizer-answer.ts';
import type { GatewayResponseType } from './gateway-responses.ts';
import { INTEGRATION_TIMEOUT_SECONDS } from './limits.ts';
import { allows } from './policy.ts';
import { createAuthorizerEvent, type ProxyRequest } from './proxy-event.ts';

export interface AuthorizerOptions {
  readonly functionName: string;
  /** For how long an answer counts for all calls with the same header; 0: for none but its own. */
  readonly cacheSeconds: number;
}

interface Dependencies {
  readonly invoke: (functionName: string, event: unknown) => Promise<InvokeResult>;
  readonly region: string;
  readonly log: (message: string) => void;
}

/** What a function is told of who calls it: all of it text. */
export type AuthorizerContext = Readonly<Record<string, string>>;

export type Authorize = (request: ProxyRequest) => Promise<AuthorizerContext | GatewayResponseType>;

const rememberedAtMost = 10_000;

/**
 * A Lambda authorizer of type REQUEST, whose identity source is the header `Authorization`. Only answers with a policy are
 * kept: who is turned away is asked about again.
 */
export function createAuthorizer(
  { functionName, cacheSeconds }: AuthorizerOptions,
  { invoke, region, log }: Dependencies,
): Authorize {
  const cache = new Map<string, { readonly answer: AuthorizerAnswer; readonly until: number }>();

  async function ask(event: object): Promise<AuthorizerAnswer | GatewayResponseType> {
    try {
      const timeout = () => new Error('no answer in time');
      const call = invoke(functionName, event);
      const { functionError, payload } = await settleWithin(call, INTEGRATION_TIMEOUT_SECONDS * 1000, timeout);
      if (functionError === undefined) return parseAuthorizerAnswer(payload) ?? fail('it answered no policy');
      const { errorMessage } = JSON.parse(payload) as { errorMessage?: unknown };
      return errorMessage === 'Unauthorized' ? 'UNAUTHORIZED' : fail(String(errorMessage));
    } catch (error) {
      return fail(String(error));
    }
  }

  function fail(reason: string): GatewayResponseType {
    log(`${functionName}: ${reason}`);
    return 'AUTHORIZER_FAILURE';
  }

  function remember(identity: string, answer: AuthorizerAnswer): void {
    if (cacheSeconds === 0) return;
    if (cache.size >= rememberedAtMost) cache.clear();
    cache.set(identity, { answer, until: performance.now() + cacheSeconds * 1000 });
  }

  return async request => {
    const identity = readIdentity(request);
    if (identity === '') return 'UNAUTHORIZED';
    const event = createAuthorizerEvent(request, region);
    const kept = cache.get(identity);
    const isKept = kept !== undefined && performance.now() < kept.until;
    const answer = isKept ? kept.answer : await ask(event);
    if (typeof answer === 'string') return answer;
    if (!isKept) remember(identity, answer);
    return allows(answer.policy, event.methodArn) ? answer.context : 'ACCESS_DENIED';
  };
}

function readIdentity({ headers }: ProxyRequest): string {
  const [, value = ''] =
    Object.entries(headers.single ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return value;
}
