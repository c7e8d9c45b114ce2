/** What validation has to say about a definition, in the words and codes of AWS. */

export type DiagnosticCode =
  | 'DUPLICATE_LABEL_NAME'
  | 'DUPLICATE_STATE_NAME'
  | 'DUPLICATE_VARIABLE_NAME'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'INVALID_JSON_DESCRIPTION'
  | 'INVALID_LABEL_NAME'
  | 'INVALID_STATE_NAME'
  | 'INVALID_VARIABLE_NAME'
  | 'MISSING_END_STATE'
  | 'MISSING_TRANSITION_TARGET'
  | 'NO_DOLLAR'
  | 'PASS_RESULT_IS_STATIC'
  | 'RESERVED_VARIABLE_NAME'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'TOO_DEEPLY_NESTED'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: DiagnosticCode;
  readonly message: string;
  /** A path such as `/States/Deploy/Retry[0]/ErrorEquals`; absent where there is nothing to point at. */
  readonly location?: string;
}

/** Collects diagnostics in the order they are found. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  error(code: DiagnosticCode, message: string, location?: string): void {
    this.#add('ERROR', code, message, location);
  }

  warning(code: DiagnosticCode, message: string, location: string): void {
    this.#add('WARNING', code, message, location);
  }

  /** The most frequent error. `location` may be empty, which means the whole definition. */
  schema(message: string, location: string): void {
    this.error('SCHEMA_VALIDATION_FAILED', message, location === '' ? '/' : location);
  }

  #add(severity: Diagnostic['severity'], code: DiagnosticCode, message: string, location?: string): void {
    this.diagnostics.push({ severity, code, message, ...(location === undefined ? {} : { location }) });
  }
}

/**
 * The message of the `InvalidDefinition` that CreateStateMachine and UpdateStateMachine throw,
 * or undefined when there is no error among the diagnostics.
 */
export function describeInvalidDefinition(diagnostics: readonly Diagnostic[]): string | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return undefined;
  const lines = errors.map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`);
  return `Invalid State Machine Definition: '${lines.join(', ')}'`;
}
