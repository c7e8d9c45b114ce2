/** What functions can make a request of: one that they could not would fail there each time, and be shown in the log. */
export function isServerUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** What fits into a header. */
export function isBearerToken(text: string): boolean {
  return /^[!-~]+$/.test(text);
}
