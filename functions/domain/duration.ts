/** `90`, `90s`, `5m`, `1h`, `1.5d`: a number, of seconds where no unit follows it. */
export const durationPattern = /^\d{1,9}(\.\d{1,3})?[smhd]?$/;

const secondsPer = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads a duration as people write it, in seconds; undefined: it is none. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  const unit = text.at(-1) as string;
  return unit in secondsPer ? Number(text.slice(0, -1)) * secondsPer[unit as keyof typeof secondsPer] : Number(text);
}
