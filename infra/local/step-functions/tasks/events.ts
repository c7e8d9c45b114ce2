import { type EventDetails, NOT_TRUNCATED } from '../history.ts';
import type { StateFailure } from '../interpreter/failure.ts';
import type { Json } from '../interpreter/json.ts';

type Event = readonly [type: string, details?: EventDetails];

export interface Limits {
  readonly timeoutInSeconds?: number | undefined;
  readonly heartbeatInSeconds?: number | undefined;
  readonly taskCredentials?: unknown;
}

/** How a task shows in the history; service integrations and plain functions differ. */
export interface TaskEvents {
  /** What an error text calls the task. */
  readonly subject: string;
  scheduled(parameters: Json, limits: Limits): Event;
  started(): Event;
  submitted(answer: Json): Event;
  succeeded(result: Json): Event;
  failed(failure: StateFailure): Event;
}

const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const outputDetails = (json: Json) => ({ output: json.text, outputDetails: NOT_TRUNCATED });

const reasons = ({ error, reason }: StateFailure) => defined({ error, cause: reason });

const hasTimedOut = ({ error }: StateFailure): boolean => error === 'States.Timeout';

/** Events of `arn:aws:states:::<resourceType>:<resource>`. */
export function serviceEvents(resourceType: string, resource: string, region: string): TaskEvents {
  const service = { resourceType, resource };
  return {
    subject: resourceType,
    scheduled: (parameters, limits) => [
      'TaskScheduled',
      { taskScheduledEventDetails: { ...service, region, parameters: parameters.text, ...defined({ ...limits }) } },
    ],
    started: () => ['TaskStarted', { taskStartedEventDetails: service }],
    submitted: answer => ['TaskSubmitted', { taskSubmittedEventDetails: { ...service, ...outputDetails(answer) } }],
    succeeded: result => ['TaskSucceeded', { taskSucceededEventDetails: { ...service, ...outputDetails(result) } }],
    failed: failure =>
      hasTimedOut(failure)
        ? ['TaskTimedOut', { taskTimedOutEventDetails: { ...service, ...reasons(failure) } }]
        : ['TaskFailed', { taskFailedEventDetails: { ...service, ...reasons(failure) } }],
  };
}

/** Events of a task whose resource is a function's ARN. */
export function functionEvents(resource: string): TaskEvents {
  return {
    subject: resource,
    scheduled: (input, limits) => [
      'LambdaFunctionScheduled',
      {
        lambdaFunctionScheduledEventDetails: {
          resource,
          input: input.text,
          inputDetails: NOT_TRUNCATED,
          ...defined({ timeoutInSeconds: limits.timeoutInSeconds, taskCredentials: limits.taskCredentials }),
        },
      },
    ],
    started: () => ['LambdaFunctionStarted'],
    submitted: () => ['LambdaFunctionStarted'],
    succeeded: result => ['LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: outputDetails(result) }],
    failed: failure =>
      hasTimedOut(failure)
        ? ['LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: reasons(failure) }]
        : ['LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: reasons(failure) }],
  };
}
