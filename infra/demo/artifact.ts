import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { journal } from './fleet.ts';

/** What the agents run, each in the folder of its instance. A fresh one, which has no version yet, has nothing wrong with it. */
export const commands = {
  install: 'cp "$SERVICE_MANAGER_ARTIFACT" checkout && sh ./checkout start',
  health: 'test ! -e checkout || sh ./checkout health',
};

/** Writes a version of the service: a small program that can be started and asked for its health. */
export async function writeArtifact(file: string, version: string, isBroken: boolean): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    `# checkout ${version}
case "$1" in
  start) sleep 0.3; echo ${version} >> ${journal}; echo "checkout ${version} has started" ;;
  health) ${isBroken ? 'echo "checkout cannot reach its database"; exit 2' : 'exit 0'} ;;
esac
`,
  );
}
