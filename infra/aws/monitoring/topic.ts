import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';

/** Where alarms go; anything may subscribe to it, and the address of the environment does. */
export function createAlarmTopic(scope: Construct, { name, alarmEmail }: Environment): Topic {
  const topic = new Topic(scope, 'Alarms', {
    topicName: `${name}-service-manager-alarms`,
    displayName: `Service Manager ${name}`,
    enforceSSL: true,
  });
  // A policy of its own takes the place of the one by which alarms of the account may publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}
