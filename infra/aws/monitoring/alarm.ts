import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

export interface AlarmDefinition {
  readonly name: string;
  /** What has happened, and what whoever is woken does about it. */
  readonly description: string;
  readonly metric: IMetric;
  /** It goes off at this value or a higher one, or with `isFloor` below it, in each of so many periods of the metric. */
  readonly threshold: number;
  readonly periods: number;
  readonly isFloor?: boolean;
}

/** Without data all is well, except where there should be some: what falls silent has fallen below its floor. */
export function createAlarm(scope: Construct, environment: string, definition: AlarmDefinition): Alarm {
  const { name, description, metric, threshold, periods, isFloor = false } = definition;
  return new Alarm(scope, name, {
    alarmName: `${environment}-service-manager-${name}`,
    alarmDescription: description,
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: isFloor
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: isFloor ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}
