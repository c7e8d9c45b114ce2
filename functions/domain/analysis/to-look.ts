import type { Comparison } from './judge-look.ts';
import { type CheckResult, type Look, worstOf } from './look.ts';

/** What one look found. */
export interface Found extends Pick<Look, 'queries' | 'samples' | 'strangers' | 'otherVersions' | 'window'> {
  readonly comparison: Comparison;
  readonly absolute: readonly CheckResult[];
  /** Why nothing could be counted; null: it could. */
  readonly error: string | null;
}

/** A look, with the worst of what its checks found; `reason`: why, where that is told. */
export function toLook({ comparison: { results, silence }, absolute, error: countError, ...rest }: Found): {
  readonly look: Look;
  readonly reason: string | undefined;
} {
  const checks = [...results, ...absolute].sort((one, other) => one.check - other.check);
  const error = countError ?? checks.find(check => check.verdict === 'providerError')?.reason;
  const verdict = worstOf([
    ...checks.map(check => check.verdict),
    ...(error === undefined ? [] : (['providerError'] as const)),
    ...(silence === null ? [] : (['noData'] as const)),
  ]);
  const known = verdict === 'noData' ? (silence ?? undefined) : verdict === 'providerError' ? error : undefined;
  const reason = known ?? checks.find(check => check.verdict === verdict)?.reason;
  return { look: shorten({ verdict, checks, silence, error: error ?? null, ...rest }), reason };
}

/** A look is read among others, as part of one row of the Data API. */
const mostBytes = 30_000;

/** Of a look that is too long, only the beginnings of its longest texts are kept; twice is once. */
function shorten(look: Look): Look {
  if (Buffer.byteLength(JSON.stringify(look)) <= mostBytes) return look;
  return {
    ...look,
    queries: look.queries.map(begin),
    checks: look.checks.map(({ query, reason, ...check }) => ({
      ...check,
      ...(query === undefined ? {} : { query: begin(query) }),
      ...(reason === undefined ? {} : { reason: begin(reason) }),
    })),
  };
}

const shownCharacters = 100;

function begin(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters).toWellFormed()}…` : text;
}
