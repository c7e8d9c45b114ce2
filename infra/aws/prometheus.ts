import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { CfnWorkspace } from 'aws-cdk-lib/aws-aps';
import type { Construct } from 'constructs';
import type { PrometheusPlace } from '../place.ts';
import type { Environment } from './environments.ts';

/** A workspace of Amazon Managed Service for Prometheus, which whoever scrapes the instances writes to. */
export function createWorkspace(scope: Construct, { name, isDisposable }: Environment): PrometheusPlace {
  const workspace = new CfnWorkspace(scope, 'Metrics', { alias: `${name}-service-manager` });
  if (!isDisposable) workspace.applyRemovalPolicy(RemovalPolicy.RETAIN);
  // It ends in a slash.
  const url = workspace.attrPrometheusEndpoint;
  new CfnOutput(scope, 'MetricsRemoteWrite', {
    description: 'Where the metrics of instances are written to, by who may aps:RemoteWrite',
    value: `${url}api/v1/remote_write`,
  });
  return { kind: 'managed', url, workspaceArn: workspace.attrArn };
}
