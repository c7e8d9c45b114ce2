import type { Actor } from '#domain/actor.ts';
import type { Key } from '#domain/cursor.ts';
import type { Identity } from '#domain/identity.ts';
import type { Role } from '#domain/roles.ts';
import { callFunction, type FunctionRow, type Once } from '#platform/database.ts';
import { latestMicros, type Page, readPage } from './page.ts';

/** What is told of a token, which it itself is no part of. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly service?: string;
  readonly createTime: string;
  readonly createdBy: Actor;
  readonly expiresAt?: string;
  /** To the hour. */
  readonly lastUseTime?: string;
}

export interface NewToken {
  readonly id: string;
  readonly hash: string;
  readonly name: string;
  readonly role: Role;
  readonly service: string | undefined;
  readonly expiresAt: string | undefined;
  readonly actor: Actor;
}

/** Answers the token with the id that was given, or else the one that was made under the same key before. */
export async function createToken(token: NewToken, once: Once): Promise<Token> {
  const [made] = await callFunction<FunctionRow & Token>('create_token', token, once);
  if (!made) throw new Error('create_token answered nothing');
  const { row: _, ...shown } = made;
  return shown;
}

/** Newest first, without those that were revoked. */
export function listTokens({ limit, after }: { limit: number; after: Key | undefined }): Promise<Page<Token>> {
  return readPage<Token>({
    limit,
    items: `
      select json_build_array((extract(epoch from t.create_time) * 1000000)::bigint, t.id)::text as key,
          (token_document(t) - 'row')::text as item
        from api_tokens t
        where t.revoke_time is null
          and (t.create_time, t.id) < (timestamptz 'epoch' + :micros::bigint * interval '1 microsecond', :id)
        order by t.create_time desc, t.id desc limit :take`,
    parameters: { micros: Number(after?.[0] ?? latestMicros), id: String(after?.[1] ?? '') },
  });
}

export async function revokeToken(token: { id: string; actor: Actor }, once: Once): Promise<void> {
  await callFunction('revoke_token', token, once);
}

/** Undefined: there is no such token, or it was revoked or has expired. */
export async function authenticateToken(hash: string): Promise<Identity | undefined> {
  const [holder] = await callFunction<FunctionRow & Identity>('authenticate_token', { hash }, 'harmless');
  return holder;
}
