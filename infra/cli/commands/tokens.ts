import { readTarget, request } from '../api.ts';
import { apiOptions, type Command } from '../command.ts';
import { formatColumns } from '../help.ts';
import { listAll } from '../list.ts';

type Token = {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly service?: string;
  readonly expiresAt?: string;
  readonly lastUseTime?: string;
};

export const tokens: Command = {
  name: 'tokens',
  summary: 'Lists the tokens of the API, newest first.',
  positionals: [],
  options: apiOptions,
  async run({ args }) {
    const items = await listAll<Token>(readTarget(args), '/tokens');
    const rows = items.map(({ id, name, role, service = '', expiresAt = 'never', lastUseTime = 'never' }) => [
      id,
      name,
      role,
      service,
      expiresAt,
      lastUseTime,
    ]);
    console.log(formatColumns([['ID', 'NAME', 'ROLE', 'SERVICE', 'EXPIRES', 'LAST USED'], ...rows]));
    return 0;
  },
};

export const createToken: Command = {
  name: 'create-token',
  summary: 'Makes a token, and prints it: the only time that it is shown.',
  details: 'The token alone goes to the standard output: TOKEN=$(service-manager create-token ci --role operator)',
  positionals: ['NAME'],
  options: {
    ...apiOptions,
    role: { value: 'ROLE', help: 'viewer, operator, agent, alerts or admin', isRequired: true },
    service: { value: 'NAME', help: 'the only service that it reports on; for the role agent' },
    'expires-at': { value: 'TIME', help: 'when it ends, such as 2030-01-31T09:00:00Z (default: never)' },
  },
  async run({ args }) {
    const { id, token } = await request<Token & { readonly token: string }>(readTarget(args), 'POST', '/tokens', {
      name: args.positional(0),
      role: args.one('role'),
      service: args.one('service'),
      expiresAt: args.one('expires-at'),
    });
    console.error(`token ${id}: it is not shown again`);
    console.log(token);
    return 0;
  },
};

export const revokeToken: Command = {
  name: 'revoke-token',
  summary: 'Revokes a token, for good.',
  positionals: ['ID'],
  options: apiOptions,
  async run({ args }) {
    const { id } = await request<Token>(
      readTarget(args),
      'DELETE',
      `/tokens/${encodeURIComponent(args.positional(0))}`,
    );
    console.log(`token ${id} is revoked`);
    return 0;
  },
};
