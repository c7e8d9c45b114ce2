import type { Trace } from '../../functions/domain/judge/trace.ts';

/** More of them than a person reads tell nothing more. */
const shownAtMost = 5;

/** What is wrong with what should be a trace; nothing: it is one. */
export function findFaults(value: unknown): readonly string[] {
  if (!isObject(value)) return ['must be an object'];
  const faults: string[] = [];
  const need = (isRight: boolean, fault: string) => {
    if (!isRight) faults.push(fault);
    return isRight;
  };
  const { id, lookSeconds, startLook, buckets, instances, looks } = value;
  need(typeof id === 'string' && id !== '', 'id must be a string');
  need(isNumber(lookSeconds) && lookSeconds > 0, 'lookSeconds must be more than 0');
  need(Number.isInteger(startLook) && Number(startLook) >= 0, 'startLook must be a whole number from 0');
  const areBuckets = need(
    Array.isArray(buckets) &&
      buckets.length > 0 &&
      buckets.every((le, at) => isNumber(le) && le > (buckets[at - 1] ?? 0)),
    'buckets must be numbers above 0 that rise',
  );
  const areInstances = need(
    Array.isArray(instances) && instances.every(isInstance) && hasNoTwins(instances),
    'instances must be objects with an id of their own and updatedAtLook, a whole number or null',
  );
  const areLooks = need(Array.isArray(looks) && looks.every(isObject), 'looks must be objects');
  if (!areBuckets || !areInstances || !areLooks) return faults;
  const known = new Set((instances as Trace['instances']).map(instance => instance.id));
  const width = (buckets as number[]).length + 3;
  for (const [look, rows] of (looks as Record<string, unknown>[]).entries()) {
    for (const [instance, row] of Object.entries(rows)) {
      const where = `looks[${look}][${JSON.stringify(instance)}]`;
      need(known.has(instance), `${where} is of no instance listed`);
      need(
        Array.isArray(row) && row.length === width && row.every(count => isNumber(count) && count >= 0),
        `${where} must be ${width} numbers from 0`,
      );
    }
  }
  return faults.length > shownAtMost
    ? [...faults.slice(0, shownAtMost), `${faults.length - shownAtMost} faults more`]
    : faults;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isInstance(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, updatedAtLook } = value;
  return typeof id === 'string' && (updatedAtLook === null || Number.isInteger(updatedAtLook));
}

function hasNoTwins(instances: readonly { id: string }[]): boolean {
  return new Set(instances.map(({ id }) => id)).size === instances.length;
}
