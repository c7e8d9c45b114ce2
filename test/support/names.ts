import fc from 'fast-check';

/** What would mean something in a regular expression, in a string, in PromQL, or in a replacement. */
const meant = [
  '"',
  "'",
  '`',
  '\\',
  '\\"',
  '\\Q',
  '$',
  '$1',
  '$service',
  '{',
  '}',
  '(',
  ')',
  '|',
  '.*',
  '#',
  '\n',
  '\0',
  '\u2028',
  '😀',
  ' or ',
];

/** Names of any text, though not of halves of characters; those that we take are among them. */
export const anyName = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+:/-]{0,20}$/),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.oneof(fc.constantFrom(...meant), fc.string({ maxLength: 3 })), { maxLength: 8 })
    .map(parts => parts.join('')),
);
