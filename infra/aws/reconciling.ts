import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { machineArn, machineNames, type Place } from '../place.ts';

/** Calls the reconciler every minute, and as soon as an execution of ours has ended otherwise than it should. */
export function reconcileRegularly(scope: Construct, place: Place, reconcile: IFunction): void {
  // One that is missed or fails is made up for by the next minute's: none is tried again, or kept for when there is room.
  reconcile.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  const target = new LambdaTarget(reconcile, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  new Rule(scope, 'EveryMinute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  new Rule(scope, 'ExecutionFailed', {
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: machineNames.map(name => machineArn(place, name)),
      },
    },
    targets: [target],
  });
}
