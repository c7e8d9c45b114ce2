import type { Pool } from 'pg';

/** The name of a service of the stock by its number. */
export function serviceName(number: number): string {
  return `service-${String(number).padStart(5, '0')}`;
}

/** Stores the services of these numbers, each released, with a dependency or none, and `instancesEach` instances. */
export async function storeServices(pool: Pool, from: number, upto: number, instancesEach: number): Promise<void> {
  const numbers = Array.from({ length: upto - from }, (_, i) => from + i);
  const names = numbers.map(serviceName);
  const deps = numbers.map(number => (number % 3 === 0 ? '{}' : `{${serviceName(Math.floor(number / 2))}}`));
  await pool.query(
    `with stored as (
      insert into services (name, deps, current_version)
        select name, deps::text[], '1.0.0' from unnest($1::text[], $2::text[]) as listed (name, deps)
        returning id, name
    )
    insert into service_instances (id, service_id, version, report_after_seconds)
      select stored.name || '-' || i, stored.id, '1.0.0', 3600 from stored, generate_series(1, $3::integer) i`,
    [names, deps, instancesEach],
  );
  await pool.query('vacuum analyze services, service_instances');
}
