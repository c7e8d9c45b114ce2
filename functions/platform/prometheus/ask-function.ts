import { gunzipSync } from 'node:zlib';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { TimedQuestion, Told } from './ask.ts';
import { ProviderError, type ProviderErrorKind } from './provider-error.ts';

/** What the function inside the network answers: text, packed to fit into 6 MB, or what ProviderError says. */
export type FunctionAnswer =
  | { readonly packed: string }
  | { readonly failure: { readonly kind: ProviderErrorKind; readonly message: string } };

const client = new LambdaClient({});

/** The function itself gives up first. */
const patienceMs = 2_000;

/** Asks the function that is in the network of the server. @throws ProviderError */
export async function askFunction(functionName: string, question: TimedQuestion): Promise<Told> {
  const answer = await invoke(functionName, question);
  if ('failure' in answer) throw new ProviderError(answer.failure.kind, answer.failure.message);
  const text = gunzipSync(Buffer.from(answer.packed, 'base64')).toString();
  return { text, body: JSON.parse(text) };
}

async function invoke(functionName: string, question: TimedQuestion): Promise<FunctionAnswer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), question.timeoutMs + patienceMs);
  try {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(question)) });
    const { Payload, FunctionError } = await client.send(command, { abortSignal: abort.signal });
    if (FunctionError !== undefined || !Payload) throw new Error(`${FunctionError} ${Payload?.transformToString()}`);
    return JSON.parse(Payload.transformToString()) as FunctionAnswer;
  } catch (error) {
    if (abort.signal.aborted) throw new ProviderError('timedOut', 'The function that asks Prometheus did not answer.');
    const reason = error instanceof Error ? error.name : String(error);
    throw new ProviderError('unreachable', `The function that asks Prometheus failed: ${reason}.`);
  } finally {
    clearTimeout(timer);
  }
}
