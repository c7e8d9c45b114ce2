import type { Key } from '#domain/cursor.ts';
import type { Health } from '#domain/statuses.ts';
import { callFunction, type FunctionRow, type Once } from '#platform/database.ts';
import { type Page, readPage } from './page.ts';

export interface Service {
  readonly name: string;
  readonly deployState: string;
  readonly health: Health;
  readonly deps: readonly string[];
}

/** By name, from the one after `after`. */
export function listServices(page: { limit: number; after: Key | undefined; bytes?: number }): Promise<Page<Service>> {
  const { after, ...size } = page;
  return readPage<Service>({
    ...size,
    items: `
      select json_build_array(name)::text as key,
          json_build_object('name', name, 'deployState', deploy_state, 'health', health, 'deps', deps)::text as item
        from service_overview where name > :after order by name limit :take`,
    parameters: { after: String(after?.[0] ?? '') },
  });
}

export function createService(service: { name: string; deps: readonly string[] }, once: Once): Promise<Service> {
  return changeService('create_service', service, once);
}

export function updateService(service: { name: string; deps: readonly string[] }, once: Once): Promise<Service> {
  return changeService('update_service', service, once);
}

export async function deleteService(name: string, once: Once): Promise<void> {
  await callFunction('delete_service', { name }, once);
}

async function changeService(change: string, service: object, once: Once): Promise<Service> {
  const [row] = await callFunction<FunctionRow & Service>(change, service, once);
  if (!row) throw new Error(`${change} answered nothing`);
  const { name, deployState, health, deps } = row;
  return { name, deployState, health, deps };
}
