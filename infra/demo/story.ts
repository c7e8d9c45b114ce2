/** What the demo tells its reader, a line at a time. */
export function say(text = ''): void {
  console.log(text);
}

export function sayTitle(text: string): void {
  say(`\n${process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text}`);
}

/** Something did not end as it should. */
export class Mismatch extends Error {}

/** Tells what holds. @throws Mismatch with `otherwise` when it does not */
export function check(holds: boolean, claim: string, otherwise: string): void {
  if (!holds) throw new Mismatch(`Expected: ${claim}. Found: ${otherwise}.`);
  say(`  ✓ ${claim}`);
}
