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

/** The one that E2E_URL names; without it, an `npm start` of this file's own. */
export async function openTarget(): Promise<Target> {
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
  try {
    const { url, awsUrl } = await home.start();
    return { url, token: undefined, awsUrl, api: createApi(url), close: home.remove };
  } catch (error) {
    await home.remove();
    throw error;
  }
}
