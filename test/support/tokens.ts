import type { Role } from '../../functions/domain/roles.ts';
import type { Api } from './runtime.ts';

export interface MadeToken {
  readonly id: string;
  readonly token: string;
}

/** What agents' tokens are for, unless a test says otherwise. */
export const agentService = 'agent-service';

/** Makes a token of a role. @param api of an admin */
export async function makeToken(api: Api, role: Role, more: object = {}): Promise<MadeToken> {
  const scope = role === 'agent' ? { service: agentService } : {};
  const { status, body } = await api('POST', '/tokens', { name: `${role}-token`, role, ...scope, ...more });
  if (status !== 201) throw new Error(`No token was made: ${status} ${JSON.stringify(body)}`);
  return body as MadeToken;
}
