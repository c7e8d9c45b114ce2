const rfc3339 = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * Reads an RFC 3339 time, strictly: undefined for days that no month has, for leap seconds, which no clock here keeps, and for
 * years that PostgreSQL does not write in four digits, or an offset takes there.
 */
export function parseTime(text: string): Date | undefined {
  const [, day, clock, , offset] = rfc3339.exec(text) ?? [];
  if (day === undefined || clock === undefined || offset === undefined) return undefined;
  // JavaScript takes February 30 for March 1 or 2, so the day must come back as it was given.
  const local = new Date(`${day}T${clock}Z`);
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${day}T${clock}`)) return undefined;
  const time = new Date(text.toUpperCase());
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time : undefined;
}
