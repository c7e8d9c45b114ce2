import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../infra/local/postgres/start.ts';
import { createFolder } from './folder.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `postgres://…` of the server that all tests of a run share. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for the whole run, and removes it at its end, even a violent one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await createFolder();
  const removeWithUs = watchForOurEnd(folder.path);
  const server = await startPostgres({ folder: folder.path, fast: true });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await folder.remove();
    removeWithUs();
  };
}

/** A shell that reads from us until we are gone, however we go, and then removes the server and its folder. */
function watchForOurEnd(folder: string): () => void {
  const script = 'read -r _; kill -QUIT "$(head -n 1 "$1")" 2>/dev/null; rm -rf "$2"';
  const args = ['-c', script, 'sh', join(folder, 'postgres/cluster/postmaster.pid'), folder];
  const watcher = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  return () => watcher.stdin.end();
}
