import { randomUUID } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import { StateFailure } from '../interpreter/failure.ts';
import { Json } from '../interpreter/json.ts';
import { serviceEvents } from './events.ts';
import type { Integration } from './integrations.ts';

/** Answers an operation of this service. @throws ServiceError */
export type CallOperation = (name: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Parameters that are JSON text to the API, and may be given as JSON. */
const TEXTS = new Set(['Input', 'Output', 'Definition']);

/** `arn:aws:states:::aws-sdk:sfn:<action>`: this service's own API. */
export function sdkSfn(callOperation: CallOperation, action: string, region: string): Integration {
  return {
    events: serviceEvents('aws-sdk:sfn', action, region),
    waits: false,
    call: parameters => ({
      answered: callOperation(capitalise(action), inputOf(parameters.value)).then(showAnswer, fail),
      abandon: () => undefined,
    }),
  };
}

const capitalise = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const uncapitalise = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const inputOf = (parameters: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(Object(parameters)).map(([name, value]) => [
      uncapitalise(name),
      TEXTS.has(name) && typeof value !== 'string' ? JSON.stringify(value) : value,
    ]),
  );

const showAnswer = (answer: unknown): Json => Json.of(recase(answer));

/** The SDK's names begin with capitals, and its times are text. */
function recase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(recase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      capitalise(name),
      name.endsWith('Date') && typeof member === 'number' ? new Date(member * 1000).toISOString() : recase(member),
    ]),
  );
}

function fail(error: unknown): never {
  if (!(error instanceof ServiceError)) throw error;
  const name = error.code.endsWith('Exception') ? error.code : `${error.code}Exception`;
  throw new StateFailure(
    `Sfn.${name}`,
    `${error.message} (Service: Sfn, Status Code: 400, Request ID: ${randomUUID()}) (SDK Attempt Count: 1)`,
  );
}
