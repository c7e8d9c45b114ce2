/** What of the end-to-end suite is left out on an emulator of AWS: a test by its full name, or all of a `describe` by its name. */
export const differences: readonly { readonly case: string; readonly why: string }[] = [
  { case: 'npm start', why: 'it is about the runtime on one machine, as a program' },
  { case: 'an end of the server amid releases', why: 'it kills that runtime' },
  {
    case: 'whatever people and instances do, in whatever order',
    why: 'it looks into the database after every step, in the process of that runtime',
  },
  { case: 'the first commands of a new user', why: 'they are for that runtime: its address, and no token' },
  {
    case: 'a request that the gateway refuses by itself',
    why: 'LocalStack applies no template to its own answers, and takes bodies of any size',
  },
];

/** Whether a test or a `describe` of this full name is left out. */
export function isLeftOut(fullName: string): boolean {
  return differences.some(difference => covers(difference.case, fullName));
}

export function covers(name: string, fullName: string): boolean {
  return fullName === name || fullName.startsWith(`${name} > `);
}
