import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { authenticateToken } from '#data/tokens.ts';
import type { Identity } from '#domain/identity.ts';
import type { OidcSettings } from '#domain/oidc.ts';
import { mayCall, rolesOfFleets } from '#domain/roles.ts';
import { hashToken } from '#domain/token.ts';
import { env } from '#platform/env.ts';
import { type Asker, patiently } from '#platform/patience.ts';
import { logger } from '#platform/powertools.ts';
import { readBearer } from './authorize/read-bearer.ts';
import { rememberRefused, wasRefused } from './authorize/refused-tokens.ts';
import { toAnswer } from './authorize/to-answer.ts';
import { TokenRefused } from './authorize/token-refused.ts';

const usageKeyPrefix = env('USAGE_KEY_PREFIX');
const oidc = process.env['OIDC'] ? (JSON.parse(env('OIDC')) as OidcSettings) : undefined;

/** API Gateway answers 401 to an error of this message, and calls any other a failure of its authorizer. */
const unauthorized = () => new Error('Unauthorized');

/** Says who a caller is by its token, ours or an issuer's, and what it may call. Nothing of a token is logged or thrown. */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const token = readBearer(event.headers);
  if (token === undefined) throw unauthorized();
  const requestID = event.requestContext.requestId;
  try {
    const identity = await patiently(askerOf(event), requestID, () => authenticate(token));
    return toAnswer(identity, event.methodArn, usageKeyPrefix);
  } catch (error) {
    if (error instanceof TokenRefused) {
      logger.info('token refused', { code: 'tokenRefused', requestID, reason: error.message });
      throw unauthorized();
    }
    logger.error('token not checked', { code: 'authorizerFailed', requestID, error: error as Error });
    throw new Error('The token cannot be checked.');
  }
}

/** Who it is nobody knows yet; what is called tells whether it is to wait for the database as a person's request does. */
function askerOf({ httpMethod, resource }: APIGatewayRequestAuthorizerEvent): Asker {
  return rolesOfFleets.some(role => mayCall(role, httpMethod, resource)) ? 'fleet' : 'person';
}

async function authenticate(token: string): Promise<Identity> {
  if (oidc && token.split('.').length === 3) {
    // Loaded by whoever has an issuer, and nobody else.
    const { authenticateJwt } = await import('./authorize/authenticate-jwt.ts');
    return authenticateJwt(token, oidc);
  }
  const hash = hashToken(token);
  if (!wasRefused(hash)) {
    const identity = await authenticateToken(hash);
    if (identity) return identity;
    rememberRefused(hash);
  }
  throw new TokenRefused('it is unknown, revoked or expired');
}
