import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import type { Place } from './arn.ts';
import { ServiceError } from './errors.ts';
import { Executions } from './executions.ts';
import { StateMachines } from './machines.ts';
import { executionOperations } from './operations/executions.ts';
import type { Operations } from './operations/operation.ts';
import { requireMembers } from './operations/required.ts';
import { stateMachineOperations } from './operations/state-machines.ts';
import { tagOperations } from './operations/tags.ts';
import { taskOperations } from './operations/tasks.ts';
import { FileRecords } from './records/file-records.ts';
import { readText, replaceFile } from './records/files.ts';
import { MemoryRecords } from './records/memory-records.ts';
import { createIntegrations } from './tasks/find-integration.ts';
import { HttpClient } from './tasks/http.ts';
import type { CallOperation } from './tasks/sdk-sfn.ts';
import { Tokens } from './tasks/tokens.ts';

export interface StepFunctionsOptions {
  readonly region: string;
  readonly accountId: string;
  /** Where functions are invoked, asked for at each call: the endpoint may be this very server. */
  readonly lambdaEndpoint: () => string;
  /** Where executions are kept; in memory if absent. */
  readonly folder?: string;
  /** Events in one execution's history; AWS's 25,000 if absent. */
  readonly historyLimit?: number;
  /** Told of faults of the emulator itself. */
  readonly log?: (message: string, error: unknown) => void;
}

export interface StepFunctions extends AwsService {
  arnOf(name: string): string;
  /** Creates the state machine, or gives it this definition. @returns its ARN @throws ServiceError */
  putStateMachine(machine: { name: string; definition: string; roleArn?: string }): Promise<string>;
}

const TARGET_PREFIX = 'AWSStepFunctions.';
const HISTORY_LIMIT = 25_000;

/** AWS Step Functions, Standard workflows, in this process. */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { region, accountId, lambdaEndpoint, historyLimit = HISTORY_LIMIT, log = () => undefined } = options;
  const place = { region, accountId };
  const tokens = new Tokens();
  const http = new HttpClient();
  const onFault = (error: unknown) => log('The Step Functions interpreter failed', error);
  const machines = openMachines(place, options.folder);
  const records = options.folder === undefined ? new MemoryRecords() : new FileRecords(options.folder, onFault);
  const executions = new Executions({ place, historyLimit, machines, records, onFault });
  const operations: Operations = {
    ...stateMachineOperations(machines, executions),
    ...executionOperations(machines, executions),
    ...taskOperations(tokens),
    ...tagOperations(machines),
  };
  const callOperation: CallOperation = async (name, input) => {
    const operation = operations[name];
    if (!operation) throw new ServiceError('UnknownOperationException', '');
    requireMembers(name, input);
    return operation(input as never);
  };
  const lambda = { http, endpoint: lambdaEndpoint };
  executions.connect(createIntegrations(tokens, region, lambda, executions, callOperation));

  return {
    matches: ({ headers }) => headers['x-amz-target']?.startsWith(TARGET_PREFIX) ?? false,
    handle: request => handle(callOperation, request),
    arnOf: name => machines.arnOf(name),
    async putStateMachine({ name, definition, roleArn = `arn:aws:iam::${accountId}:role/${name}` }) {
      const arn = machines.arnOf(name);
      const existing = machines.all.find(machine => machine.arn === arn);
      if (!existing) return machines.create({ name, definition, roleArn }).arn;
      if (existing.definition !== definition || existing.roleArn !== roleArn) {
        machines.update(arn, { definition, roleArn });
      }
      return arn;
    },
    async close() {
      executions.close();
      http.close();
      await records.close();
    },
  };
}

/** The state machines, kept in a file if there is a folder. */
function openMachines(place: Place, folder: string | undefined): StateMachines {
  if (folder === undefined) return new StateMachines(place);
  const file = join(folder, 'machines.json');
  const machines = new StateMachines(place, () => replaceFile(file, JSON.stringify(machines.all)));
  machines.restore(JSON.parse(readText(file) || '[]'));
  return machines;
}

async function handle(callOperation: CallOperation, { headers, body }: AwsRequest): Promise<AwsResponse> {
  const name = headers['x-amz-target']?.slice(TARGET_PREFIX.length) ?? '';
  try {
    return answer(200, await callOperation(name, parseBody(body)));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return answer(400, { __type: error.code, message: error.message });
  }
}

/** @throws SerializationException */
function parseBody(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body.toString('utf8') || '{}'));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not well-formed JSON.');
  }
}

const answer = (status: number, body: unknown): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(body),
});
