/**
 * What of the end-to-end suite is left out on an emulator, since it is not AWS: a test by its full name, or all of a `describe`
 * by its name. The tests in `local` are no part of that suite: they start, kill and look into `npm start` itself.
 */
export const differences: readonly { readonly case: string; readonly why: string }[] = [
  {
    case: 'a request that the gateway refuses by itself',
    why: 'LocalStack applies no template to its own answers, and takes bodies of any size',
  },
];

export function covers(name: string, fullName: string): boolean {
  return fullName === name || fullName.startsWith(`${name} > `);
}
