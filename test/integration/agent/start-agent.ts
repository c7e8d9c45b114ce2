import { type AgentOptions, runAgent } from '../../../infra/agent/agent.ts';

type Given = Partial<AgentOptions> & { readonly url: string };

/** Runs the agent in this process, with its patience cut down to fractions of a second. */
export function startAgent({ url, timing, ...options }: Given) {
  const stop = new AbortController();
  const logs: string[] = [];
  const output: Uint8Array[] = [];
  const done = runAgent(
    {
      api: { url },
      service: 'checkout',
      id: 'i-1',
      exec: 'true',
      execTimeoutMs: 5_000,
      version: '1.0.0',
      env: process.env,
      labels: {},
      once: false,
      ...options,
      timing: {
        backoff: { firstMs: 20, maxMs: 100 },
        refusedMs: 200,
        healthEveryMs: 30,
        unhealthyEveryMs: 30,
        repeat: { firstMs: 100, maxMs: 400 },
        stopMs: 300,
        ...timing,
      },
    },
    { stop: stop.signal, log: text => logs.push(text), output: chunk => output.push(chunk) },
  );
  return {
    done,
    logs,
    output: () => Buffer.concat(output).toString(),
    stop() {
      stop.abort();
      return done;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}
