import { readFile, stat } from 'node:fs/promises';

/** How a version behaves: this is all that there is in its artifact. */
export interface Behaviour {
  readonly version: string;
  /** Half of the requests take less. */
  readonly medianSeconds: number;
  /** The share of requests, 0 to 1, that are answered 500. */
  readonly errorRatio: number;
  /** Nothing answers, and so nothing is measured. */
  readonly isSilent?: boolean;
}

/** What is installed in a folder of an instance: its artifact, under this name. */
export const installedFile = 'installed.json';

/** Puts an artifact in place as a whole; the agent runs it in the folder of its instance. */
export const installServed = `cp "$SERVICE_MANAGER_ARTIFACT" arriving.json && mv arriving.json ${installedFile}`;

/** Changes whenever something is installed; undefined while there is nothing. */
export async function readStamp(file: string): Promise<string | undefined> {
  return stat(file).then(
    ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
    () => undefined,
  );
}

export async function readBehaviour(file: string): Promise<Behaviour> {
  return JSON.parse(await readFile(file, 'utf8')) as Behaviour;
}
