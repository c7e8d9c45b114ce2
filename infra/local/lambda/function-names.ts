import { functionNotFound, validationError } from './service-error.ts';

export interface FunctionReference {
  readonly name: string;
  /** Of the function, without version or alias. */
  readonly arn: string;
  readonly qualifier: string;
}

/** A name, `account:function:name`, or a full ARN; each may end in `:version` or `:alias`. */
const FUNCTION_NAME =
  /^(?:arn:(?<partition>aws[a-zA-Z-]*):lambda:)?(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$/;

export function formatFunctionArn(region: string, accountId: string, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/**
 * Reads what a caller names a function by.
 * @param text decoded; a name, a partial ARN or an ARN
 * @param qualifier of the query string; without it, the one in the name, else `$LATEST`
 * @throws LambdaServiceError when it is no name
 */
export function parseFunctionName(
  text: string,
  qualifier: string | null,
  home: { readonly region: string; readonly accountId: string },
): FunctionReference {
  const groups = FUNCTION_NAME.exec(text)?.groups;
  const name = groups?.['name'];
  if (name === undefined) {
    throw validationError('functionName', text, 'Member must satisfy regular expression pattern');
  }
  return {
    name,
    arn: formatFunctionArn(groups?.['region'] ?? home.region, groups?.['account'] ?? home.accountId, name),
    qualifier: qualifier ?? groups?.['qualifier'] ?? '$LATEST',
  };
}

/**
 * The function that is meant; there are no versions nor aliases here.
 * @throws LambdaServiceError when there is no such function in this account, region and version
 */
export function resolveFunction<T extends { readonly arn: string }>(
  reference: FunctionReference,
  functions: ReadonlyMap<string, T>,
): T {
  const found = functions.get(reference.name);
  if (found?.arn !== reference.arn || reference.qualifier !== '$LATEST') {
    throw functionNotFound(`${reference.arn}:${reference.qualifier}`);
  }
  return found;
}
