import { randomUUID } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import type { Execution } from '../execution.ts';
import { StateFailure } from '../interpreter/failure.ts';
import { Json } from '../interpreter/json.ts';
import { serviceEvents } from './events.ts';
import type { Call, Integration } from './integrations.ts';
import { sdkMetadata } from './sdk-result.ts';

/** Parameters of `arn:aws:states:::states:startExecution`. */
interface StartParameters {
  readonly StateMachineArn?: string;
  readonly Name?: string;
  readonly Input?: unknown;
}

/** What this integration needs of the executions. */
export interface Starter {
  start(machineArn: string, name: string | undefined, input: string): Execution;
}

/** `arn:aws:states:::states:startExecution`, also `.sync`, `.sync:2` and `.waitForTaskToken`. */
export function startExecution(starter: Starter, resource: string, region: string): Integration {
  const sync = resource.includes('.sync');
  return {
    events: serviceEvents('states', resource, region),
    waits: sync || resource.endsWith('.waitForTaskToken'),
    call(parameters) {
      const { StateMachineArn = '', Name, Input } = Object(parameters.value) as StartParameters;
      let execution: Execution;
      try {
        execution = starter.start(
          StateMachineArn,
          Name,
          typeof Input === 'string' ? Input : JSON.stringify(Input ?? {}),
        );
      } catch (error) {
        return { answered: Promise.reject(startFailure(error)), abandon: () => undefined };
      }
      return follow(execution, sync, resource.endsWith('.sync:2'));
    },
  };
}

function follow(execution: Execution, sync: boolean, parsed: boolean): Call {
  const requestId = randomUUID();
  const answer = { ExecutionArn: execution.arn, StartDate: execution.startDate / 1000 };
  const headers = {
    'x-amzn-requestid': requestId,
    connection: 'keep-alive',
    'content-length': String(JSON.stringify(answer).length),
    date: new Date().toUTCString(),
    'content-type': 'application/x-amz-json-1.0',
  };
  const { ExecutionArn, StartDate } = answer;
  const metadata = sdkMetadata(200, headers, requestId);
  return {
    answered: Promise.resolve(Json.of({ ExecutionArn, ...metadata, StartDate })),
    ...(sync && { done: execution.closed.then(() => resultOf(execution, parsed)) }),
    abandon: () => {
      if (sync) execution.abort(undefined, undefined);
    },
  };
}

/** What DescribeExecution says of the child, as the parent's result. @throws StateFailure if it did not succeed */
function resultOf(execution: Execution, parsed: boolean): Json {
  const show = (json: Json): unknown => (parsed ? json.value : json.text);
  const { arn, name, input, output, status, error, cause, startDate, stopDate, machineArn } = execution;
  const description = {
    ...(cause !== undefined && { Cause: cause }),
    ...(error !== undefined && { Error: error }),
    ExecutionArn: arn,
    Input: show(Json.parse(input)),
    InputDetails: { Included: true },
    Name: name,
    ...(output !== undefined && { Output: show(Json.parse(output)), OutputDetails: { Included: true } }),
    StartDate: startDate,
    StateMachineArn: machineArn,
    Status: status,
    StopDate: stopDate,
  };
  if (status === 'SUCCEEDED') return Json.of(description);
  throw new StateFailure('States.TaskFailed', JSON.stringify(description));
}

function startFailure(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  return new StateFailure(
    `StepFunctions.${error.code}Exception`,
    `${error.message} (Service: AWSStepFunctions; Status Code: 400; Error Code: ${error.code}; Request ID: ${randomUUID()}; Proxy: null)`,
  );
}
