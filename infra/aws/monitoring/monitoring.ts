import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { createAlarm } from './alarm.ts';
import { listAlarms, type Watched } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import { endingExecutions } from './metrics.ts';
import { saveQueries } from './queries.ts';
import { createAlarmTopic } from './topic.ts';

/** What tells people how the product is: alarms that write to them, a dashboard, and queries over its logs. */
export class Monitoring extends Construct {
  constructor(scope: Construct, environment: Environment, watched: Watched) {
    super(scope, 'Monitoring');
    this.#countEndingExecutions(watched);
    const action = new SnsAction(createAlarmTopic(this, environment));
    const alarms = listAlarms(watched).map(definition => createAlarm(this, environment.name, definition));
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    createDashboard(this, watched, alarms);
    saveQueries(this, watched);
  }

  #countEndingExecutions({ place, functions }: Watched): void {
    const { code, metric } = endingExecutions(place);
    new MetricFilter(this, 'EndingExecutions', {
      logGroup: functions.find('Reconcile').log,
      filterPattern: FilterPattern.stringValue('$.code', '=', code),
      metricNamespace: metric.namespace,
      metricName: metric.metricName,
    });
  }
}
