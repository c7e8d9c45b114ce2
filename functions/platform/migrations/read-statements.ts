import { findPlaceholder } from './find-placeholder.ts';
import { MigrationError, type MigrationFile } from './plan.ts';
import { type Statement, splitStatements } from './split-statements.ts';

/** The Data API's limit, in characters. */
const MOST_CHARACTERS = 65_536;

/** A file is one transaction, which ends with what records it. */
const ENDS_TRANSACTION = /^(?:begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b/i;

/** The statements of a file. Throws MigrationError, naming file and line, where the Data API could not run one as written. */
export function readStatements({ name, sql }: MigrationFile): Statement[] {
  const refuse = (line: number, reason: string): never => {
    throw new MigrationError(`Migration ${name}, line ${line}, is refused: ${reason}`);
  };
  const placeholder = findPlaceholder(sql);
  if (placeholder) refuse(placeholder.line, `the Data API would take ${placeholder.text} for a parameter.`);
  const statements = splitStatements(sql);
  for (const { text, line } of statements) {
    if (text.length > MOST_CHARACTERS) {
      refuse(line, `the statement has ${text.length} characters, the Data API takes ${MOST_CHARACTERS}.`);
    }
    if (ENDS_TRANSACTION.test(text)) refuse(line, 'a file runs in a transaction, which it may not begin or end.');
  }
  return statements;
}
