import { FailedAssertionError, KidNotFoundInJwksError } from 'aws-jwt-verify/error';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { verifyJwtSync } from 'aws-jwt-verify/jwt-verifier';
import type { Identity } from '#domain/identity.ts';
import { serviceNamePattern } from '#domain/names.ts';
import type { OidcSettings } from '#domain/oidc.ts';
import { rolesOfOneService, strongestRole } from '#domain/roles.ts';
import { toStorable } from '#domain/text.ts';
import { readKeys } from './issuer-keys.ts';
import { TokenRefused } from './token-refused.ts';

/**
 * Whose JWT it is, by its issuer's word.
 * @throws TokenRefused for one that is forged, past, not for us, or gives no role; other errors where that cannot be told
 */
export async function authenticateJwt(jwt: string, oidc: OidcSettings): Promise<Identity> {
  return toIdentity(await verify(jwt, oidc), oidc);
}

async function verify(jwt: string, { issuer, audience }: OidcSettings): Promise<JwtPayload> {
  const keys = await readKeys(issuer, false);
  try {
    return verifyJwtSync(jwt, keys, { issuer, audience });
  } catch (error) {
    if (!(error instanceof KidNotFoundInJwksError)) throw refuse(error);
  }
  // Issuers change their keys.
  const newer = await readKeys(issuer, true);
  try {
    return verifyJwtSync(jwt, newer, { issuer, audience });
  } catch (error) {
    throw refuse(error);
  }
}

/** What the library says of claims names them; what its parser says quotes what it could not read. */
function refuse(error: unknown): TokenRefused {
  if (error instanceof FailedAssertionError) return new TokenRefused(error.message);
  return new TokenRefused('it is not a JWT with a good signature');
}

function toIdentity(claims: JwtPayload, { roleClaim, serviceClaim }: OidcSettings): Identity {
  const { sub, exp, email, email_verified: isEmailTheirs } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > subjectLength)
    throw new TokenRefused('it does not say whose it is');
  if (typeof exp !== 'number') throw new TokenRefused('it never expires');
  const role = strongestRole([claims[roleClaim]].flat());
  if (role === undefined) throw new TokenRefused(`its claim ${roleClaim} holds no role`);
  const name = toStorable(typeof email === 'string' && isEmailTheirs === true ? email : sub, nameLength);
  // No token of ours has an id with a colon.
  const id = `sub:${encodeURIComponent(sub.toWellFormed())}`;
  if (!rolesOfOneService.includes(role)) return { id, name, role, expireSeconds: exp };
  const service = claims[serviceClaim];
  if (typeof service !== 'string' || !serviceNamePattern.test(service)) {
    throw new TokenRefused(`its claim ${serviceClaim} holds no service`);
  }
  return { id, name, role, service, expireSeconds: exp };
}

const nameLength = 200;

/** OpenID Connect allows no more. */
const subjectLength = 255;
