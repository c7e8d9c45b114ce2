export interface RequestTarget {
  readonly stage: string;
  /** Under the stage, still percent-encoded. */
  readonly path: string;
  /** With the stage, as it was sent. */
  readonly contextPath: string;
  readonly query: string;
}

/**
 * Splits a request's target as API Gateway does: slashes before the stage become one, slashes after it become one in
 * `path` and stay in `contextPath`, and what follows keeps its slashes.
 * @param target `/v1/a?b=c`, or the absolute form that is sent to proxies
 */
export function parseRequestTarget(target: string): RequestTarget {
  const [withoutQuery, query] = splitAt(stripOrigin(target), '?');
  const contextPath = withoutQuery.replace(/^\/*/, '/');
  const end = contextPath.indexOf('/', 1);
  const stage = end < 0 ? contextPath.slice(1) : contextPath.slice(1, end);
  const rest = end < 0 ? '' : contextPath.slice(end);
  return { stage, path: rest.replace(/^\/*/, '/'), contextPath, query };
}

function stripOrigin(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
