import { invalidArn } from './errors.ts';

/** Where the emulated account lives; part of every ARN. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export const machineArn = ({ region, accountId }: Place, name: string): string =>
  `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;

export const executionArn = ({ region, accountId }: Place, machineName: string, name: string): string =>
  `arn:aws:states:${region}:${accountId}:execution:${machineName}:${name}`;

export const mapRunArn = ({ region, accountId }: Place, machineName: string, label: string, id: string): string =>
  `arn:aws:states:${region}:${accountId}:mapRun:${machineName}/${label}:${id}`;

/** The last part of a state machine's ARN. */
export function machineNameOf(arn: string): string {
  return arn.split(':')[6] ?? '';
}

/** @throws InvalidArn for text that is no ARN at all */
export function requireArn(arn: string): string {
  if (!arn.startsWith('arn:')) throw invalidArn(arn);
  return arn;
}
