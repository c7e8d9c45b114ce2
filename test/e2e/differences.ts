/** What of the end-to-end suite is left out on an emulator, since it is not AWS. */
export interface Difference {
  /** A test by its full name, or all of a `describe` by its name. */
  readonly case: string;
  readonly why: string;
  /** Only on one that lets everyone in. */
  readonly isOfOpen?: boolean;
}

/** The tests in `local` are no part of the suite: they start, kill and look into `npm start` itself. */
export const differences: readonly Difference[] = [
  {
    case: 'a request that the gateway refuses by itself',
    why: 'LocalStack applies no template to its own answers, and takes bodies of any size',
  },
  {
    case: 'an API that lets in who has a token',
    why: 'by itself, LocalStack 4.14 has no Lambda authorizers',
    isOfOpen: true,
  },
  {
    case: 'agents with a token of their service',
    why: 'by itself, LocalStack 4.14 has no Lambda authorizers',
    isOfOpen: true,
  },
];

export function covers(name: string, fullName: string): boolean {
  return fullName === name || fullName.startsWith(`${name} > `);
}

/** Of all tests, those that none of these covers: for `testNamePattern`. */
export function toPattern(leftOut: readonly Difference[]): string {
  const names = leftOut.map(({ case: name }) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return `^(?!(${names.join('|')})( > |$))`;
}
