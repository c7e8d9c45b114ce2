import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { installedFile, readBehaviour, readStamp } from './behaviour.ts';
import { type ServedProcess, startServedProcess } from './process.ts';

const lookMs = 100;

/** Many instances on one port, each below `/<service>/<instance>`: a process for each would be too much for a small machine. */
export interface Host {
  /** Of an instance, where it answers requests; its metrics are at `/metrics` below it. */
  urlOf(instance: string): string;
}

/**
 * Runs whatever is installed in the folders of these instances; what is installed anew replaces it at once.
 * @param instances as `<service>/<instance>`, which are folders too
 */
export async function startHost(folder: string, instances: readonly string[]): Promise<Host> {
  const processes = new Map<string, ServedProcess>();
  await Promise.all(instances.map(instance => keepRunning(folder, instance, processes)));
  const server = createServer((request, response) => void respond(processes, request, response));
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  return { urlOf: instance => `http://127.0.0.1:${port}/${instance}` };
}

async function keepRunning(folder: string, instance: string, processes: Map<string, ServedProcess>): Promise<void> {
  const file = join(folder, instance, installedFile);
  const [service = '', id = ''] = instance.split('/');
  let running: string | undefined;
  const look = async () => {
    const installed = await readStamp(file);
    if (installed !== undefined && installed !== running) {
      processes.set(instance, startServedProcess(service, id, await readBehaviour(file)));
      running = installed;
    }
    setTimeout(look, lookMs);
  };
  await look();
}

async function respond(
  processes: Map<string, ServedProcess>,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, service = '', id = '', path] = url.split('/');
  const served = processes.get(`${service}/${id}`);
  if (served === undefined) {
    response.writeHead(503).end();
  } else if (path === 'metrics') {
    const metrics = await served.writeMetrics();
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics);
  } else {
    await served.answer(response);
  }
}
