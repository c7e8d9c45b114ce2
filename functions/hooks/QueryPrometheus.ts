import { gzipSync } from 'node:zlib';
import { env, envIfSet } from '#platform/env.ts';
import type { TimedQuestion } from '#platform/prometheus/ask.ts';
import type { FunctionAnswer } from '#platform/prometheus/ask-function.ts';
import { askServer } from '#platform/prometheus/ask-server.ts';
import { ProviderError } from '#platform/prometheus/provider-error.ts';

const server = { url: env('PROMETHEUS_URL'), token: envIfSet('PROMETHEUS_BEARER_TOKEN'), isSigned: false };

/** Lambda answers 6 MB at most. */
const packedAtMost = 5_900_000;

/** The one function in the network of a private server: hands on what others ask, and what is answered. */
export async function handler(question: TimedQuestion): Promise<FunctionAnswer> {
  try {
    const { text } = await askServer(server, question);
    const packed = gzipSync(text).toString('base64');
    if (packed.length <= packedAtMost) return { packed };
    return {
      failure: { kind: 'tooLarge', message: "Prometheus' answer is too large for a function: ask for less at once." },
    };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { failure: { kind: error.kind, message: error.message } };
  }
}
