import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts an artifact in place as the running version; the agent runs it in the folder of its instance. */
export const installCommand = 'cp "$SERVICE_MANAGER_ARTIFACT" checkout && sh ./checkout start';

/** A fresh instance, which has no version yet, has nothing wrong with it. */
export const healthCommand = 'test ! -e checkout || sh ./checkout health';

/** Where an instance's program notes each version that was started, one a line. */
export const journal = 'started';

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
