import { randomBytes } from 'node:crypto';
import { createServerHome } from '../support/process.ts';
import { type Api, createApi } from '../support/runtime.ts';

/** What the cases run against: they know its URLs, and nothing of how it runs. */
export interface Target {
  /** Of the API, without `/v1`. */
  readonly url: string;
  /** Of an admin; undefined where everyone is one. */
  readonly token: string | undefined;
  readonly api: Api;
  /** What AWS_ENDPOINT_URL points to; undefined: AWS itself. */
  readonly awsUrl: string | undefined;
  close(): Promise<void>;
}

/**
 * The one that E2E_URL names, which E2E_TOKEN opens; without it, an `npm start` of this file's own.
 * @param isClosed whether that one too lets in only who has a token
 */
export async function openTarget({ isClosed = false }: { isClosed?: boolean } = {}): Promise<Target> {
  const elsewhere = process.env['E2E_URL']?.replace(/\/(v1\/?)?$/, '');
  if (elsewhere) {
    const token = process.env['E2E_TOKEN'];
    return {
      url: elsewhere,
      token,
      api: createApi(elsewhere, token),
      awsUrl: process.env['E2E_AWS_URL'],
      close: async () => undefined,
    };
  }
  const home = await createServerHome();
  const token = isClosed ? `admin-${randomBytes(16).toString('hex')}` : undefined;
  try {
    const { url, awsUrl } = await (token ? home.start(['--auth'], { ADMIN_TOKEN: token }) : home.start());
    return { url, token, awsUrl, api: createApi(url, token), close: home.remove };
  } catch (error) {
    await home.remove();
    throw error;
  }
}
