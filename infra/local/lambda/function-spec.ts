/** A Lambda function of the embedded runtime. */
export interface FunctionSpec {
  readonly name: string;
  /** An ES module that exports `handler`; loaded on the first call. */
  readonly file: URL;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMB: number;
}
