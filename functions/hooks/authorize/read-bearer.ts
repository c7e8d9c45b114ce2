/** The token of `Authorization: Bearer …`, whose scheme and name may be in any case. */
export function readBearer(headers: Readonly<Record<string, string | undefined>> | null): string | undefined {
  const [, value = ''] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return /^bearer +(\S+) *$/i.exec(value)?.[1];
}
