import type { Client } from './client.ts';

/** The id of an instance by its number. */
export function instanceID(service: string, number: number): string {
  return `${service}-${String(number).padStart(6, '0')}`;
}

/** What a report is answered. */
export interface Desired {
  readonly desiredVersion: string | null;
  readonly reportAfterSeconds: number;
}

export async function report(client: Client, service: string, id: string, version: string): Promise<Desired> {
  const { body } = await client('PUT', `/services/${service}/instances/${id}`, { version, health: 'normal' });
  return JSON.parse(body) as Desired;
}

/** Has `clients` clients at once report each of the first `count` instances, with each of these versions in turn. */
export async function reportAll(
  client: Client,
  service: string,
  count: number,
  clients: number,
  versions: () => readonly string[],
): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let number = next++; number < count; number = next++) {
      for (const version of versions()) await report(client, service, instanceID(service, number), version);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
}
