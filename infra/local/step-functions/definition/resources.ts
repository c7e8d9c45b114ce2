/** The `Resource` of a Task, and the arguments that the service behind it asks for. */

import type { Check, Scope } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';

interface Integration {
  readonly required: readonly string[];
  /** Fields that it takes beside the required ones. */
  readonly optional: readonly string[];
  readonly patterns: readonly string[];
}

const INTEGRATIONS: ReadonlyMap<string, Integration> = new Map([
  [
    'lambda:invoke',
    {
      required: ['FunctionName'],
      optional: ['ClientContext', 'InvocationType', 'LogType', 'Payload', 'Qualifier'],
      patterns: ['', '.waitForTaskToken'],
    },
  ],
  [
    'states:startExecution',
    {
      required: ['StateMachineArn'],
      optional: ['Input', 'Name', 'TraceHeader'],
      patterns: ['', '.sync', '.sync:2', '.waitForTaskToken'],
    },
  ],
]);

/** Services that have no job to wait for. */
const WITHOUT_SYNC = /^arn:[^:]+:states:::(aws-sdk:\w+|apigateway|dynamodb|events|http|sns|sqs):\w+\.sync(:2)?$/;

export const resource: Check = (value, at, { report }) => {
  if (typeof value !== 'string') report.schema('Expected value of type [STRING]', at);
  else if (!/^arn:[^:]+:[^:]+:/.test(value)) report.schema('Value is not a valid resource ARN', at);
  else if (!isRecognized(value)) {
    report.schema(
      `The resource provided ${value} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      at,
    );
  }
};

function isRecognized(arn: string): boolean {
  const found = integrationOf(arn);
  return found ? found.integration.patterns.includes(found.pattern) : !WITHOUT_SYNC.test(arn);
}

/** The integration of an ARN such as `arn:aws:states:::lambda:invoke.waitForTaskToken`, where its fields are known. */
function integrationOf(arn: string): { integration: Integration; pattern: string } | undefined {
  const match = /^arn:[^:]+:states:::(?<action>\w+:\w+)(?<pattern>.*)$/.exec(arn);
  const integration = INTEGRATIONS.get(match?.groups?.['action'] ?? '');
  return integration && { integration, pattern: match?.groups?.['pattern'] ?? '' };
}

/** Checks the names of the arguments, where they are written out. */
export function checkArguments(task: JsonObject, at: string, { report, language }: Scope): void {
  const { Resource: arn } = task;
  const found = typeof arn === 'string' ? integrationOf(arn) : undefined;
  if (!found) return;
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const given = task[field];
  if (given === undefined) {
    report.schema(`${field} field is required for resource ARN: ${arn}`, at);
  } else if (isObject(given)) {
    const { required, optional } = found.integration;
    const names = Object.keys(given).map(name => (language === 'JSONPath' ? name.replace(/\.\$$/, '') : name));
    for (const name of required) {
      if (!names.includes(name)) report.schema(`The field '${name}' is required but was missing`, `${at}/${field}`);
    }
    for (const name of names) {
      if (!required.includes(name) && !optional.includes(name)) {
        report.schema(`The field "${name}" is not supported by Step Functions`, `${at}/${field}`);
      }
    }
  }
}
