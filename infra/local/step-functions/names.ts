import { ServiceError, validationFailed } from './errors.ts';

/** What AWS refuses in names: white space, brackets, wildcards, specials, control characters and lone surrogates. */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}]/u;
const MAX_LENGTH = 80;

/** @throws InvalidName, ValidationException */
export function requireName(name: string): string {
  if (name === '') throw validationFailed(name, 'name', 'Member must have length greater than or equal to 1');
  if (name.length > MAX_LENGTH) {
    throw validationFailed(name, 'name', `Member must have length less than or equal to ${MAX_LENGTH}`);
  }
  if (FORBIDDEN.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}
