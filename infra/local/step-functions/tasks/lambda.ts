import { StateFailure } from '../interpreter/failure.ts';
import { Json } from '../interpreter/json.ts';
import { jsonFault } from '../json-fault.ts';
import { functionEvents, serviceEvents } from './events.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import type { Call, Integration } from './integrations.ts';
import { sdkMetadata } from './sdk-result.ts';

/** Parameters of `arn:aws:states:::lambda:invoke`. */
interface InvokeParameters {
  readonly FunctionName?: string;
  readonly Payload?: unknown;
  readonly InvocationType?: string;
  readonly Qualifier?: string;
  readonly ClientContext?: string;
  readonly LogType?: string;
}

export interface LambdaClient {
  readonly http: HttpClient;
  /** The endpoint that speaks Lambda's Invoke. */
  readonly endpoint: () => string;
}

/** `arn:aws:states:::lambda:invoke`, with and without `.waitForTaskToken`. */
export function lambdaInvoke(client: LambdaClient, resource: string, region: string): Integration {
  return {
    events: serviceEvents('lambda', resource, region),
    waits: resource.endsWith('.waitForTaskToken'),
    call: parameters => invoke(client, Object(parameters.value), showAnswer),
  };
}

/** A function's own ARN as resource: the input is the payload, and the payload is the result. */
export function lambdaFunction(client: LambdaClient, arn: string): Integration {
  return {
    events: functionEvents(arn),
    waits: false,
    call: input => invoke(client, { FunctionName: arn, Payload: input.text }, ({ body }) => payloadOf(body)),
  };
}

function invoke(client: LambdaClient, parameters: InvokeParameters, show: (answer: HttpAnswer) => Json): Call {
  const { FunctionName = '', Payload, InvocationType, Qualifier, ClientContext, LogType } = parameters;
  const path = `/2015-03-31/functions/${encodeURIComponent(FunctionName)}/invocations`;
  const url = new URL(path, client.endpoint());
  if (Qualifier) url.searchParams.set('Qualifier', Qualifier);
  const { answer, abandon } = client.http.post(url, bodyOf(Payload), {
    'content-type': 'application/json',
    ...(InvocationType && { 'x-amz-invocation-type': InvocationType }),
    ...(ClientContext && { 'x-amz-client-context': ClientContext }),
    ...(LogType && { 'x-amz-log-type': LogType }),
  });
  const answered = answer.then(checkAnswer, failToConnect).then(show);
  return { answered, abandon };
}

function showAnswer({ status, headers, body }: HttpAnswer): Json {
  const requestId = String(headers['x-amzn-requestid'] ?? '');
  const metadata = sdkMetadata(status, { 'x-amzn-remapped-content-length': '0', ...headers }, requestId);
  const logResult = headers['x-amz-log-result'];
  return Json.object({
    ExecutedVersion: Json.of(headers['x-amz-executed-version'] ?? '$LATEST'),
    ...(logResult !== undefined && { LogResult: Json.of(logResult) }),
    Payload: payloadOf(body),
    SdkHttpMetadata: Json.of(metadata.SdkHttpMetadata),
    SdkResponseMetadata: Json.of(metadata.SdkResponseMetadata),
    StatusCode: Json.of(status),
  });
}

/** A payload goes out as JSON, text as it is, and null as no payload at all. */
function bodyOf(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

/** A payload that is not JSON is handed on as text. */
const payloadOf = (body: string): Json => (jsonFault(body) === undefined ? Json.parse(body) : Json.of(body));

function failToConnect(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new StateFailure('Lambda.SdkClientException', `Unable to execute HTTP request: ${reason}`);
}

/** @throws StateFailure for an error of the service, or of the function */
function checkAnswer(answer: HttpAnswer): HttpAnswer {
  if (answer.status >= 300) throw serviceFailure(answer);
  if (answer.headers['x-amz-function-error'] !== undefined) throw functionFailure(answer.body);
  return answer;
}

function functionFailure(body: string): StateFailure {
  const payload = payloadOf(body).value;
  if (typeof payload === 'object' && payload !== null && 'errorType' in payload && payload.errorType) {
    return new StateFailure(String(payload.errorType), body);
  }
  return new StateFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${body}`,
  );
}

/** Step Functions asks for a version by name, and Lambda's text about a missing function repeats it. */
const qualify = (message: string): string =>
  message.replace(/^(Function not found: arn:\S+:function:[^:\s]+)$/, '$1:$LATEST');

function serviceFailure({ status, headers, body }: HttpAnswer): StateFailure {
  const { __type, message, Message } = Object(payloadOf(body).value) as Record<string, string | undefined>;
  const type = String(headers['x-amzn-errortype'] ?? __type ?? 'AWSLambdaException');
  const code = type.split(/[:,]/)[0]?.split('#').at(-1) ?? type;
  const requestId = headers['x-amzn-requestid'] ?? '';
  return new StateFailure(
    `Lambda.${code}`,
    `${qualify(Message ?? message ?? '')} (Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`,
  );
}
