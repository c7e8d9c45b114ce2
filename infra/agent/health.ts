import { describeNoAnswer } from './http.ts';
import type { Health } from './report.ts';
import { startShell } from './shell.ts';

export type HealthFinding = { readonly health: Health; readonly reason: string };

/** Looks once; never throws. Gives up early when `signal` fires. */
export type HealthCheck = (signal: AbortSignal) => Promise<HealthFinding>;

/** 2xx is normal. Anything else is an error, redirects too: a page to log in on is not a healthy service. */
export function checkUrl(url: string, timeoutMs: number): HealthCheck {
  return async signal => {
    try {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(url, { redirect: 'manual', signal: deadline });
      await response.body?.cancel();
      return { health: response.ok ? 'normal' : 'error', reason: `${url} answers ${response.status}` };
    } catch (error) {
      return { health: 'error', reason: `${url}: ${describeNoAnswer(error)}` };
    }
  };
}

/** Exit code 0 is normal, 1 a warning, anything else (a timeout too) an error. */
export function checkCommand(
  line: string,
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
): HealthCheck {
  return async signal => {
    const command = startShell(line, { env, timeoutMs });
    const kill = () => void command.kill();
    signal.addEventListener('abort', kill, { once: true });
    const { code, reason, output } = await command.done;
    signal.removeEventListener('abort', kill);
    const health = code === 0 ? 'normal' : code === 1 ? 'warning' : 'error';
    return { health, reason: output ? `${reason}: ${output.split('\n').at(-1)}` : reason };
  };
}
