import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import type { Construct } from 'constructs';

/**
 * Traces but a share of the reports of instances: by X-Ray's own rule, the first request of each second and a twentieth of the
 * others, the traces of an idle fleet cost almost as much as its reports.
 * @param stage as X-Ray names it: the API's name, a slash, and the stage's
 */
export function sampleReports(scope: Construct, stage: string, share: number): CfnSamplingRule {
  return new CfnSamplingRule(scope, 'SampledReports', {
    samplingRule: {
      version: 1,
      ruleName: stage.replace(/\W/g, '-').concat('-reports').slice(0, 32),
      priority: 100,
      serviceType: 'AWS::ApiGateway::Stage',
      serviceName: stage,
      resourceArn: '*',
      host: '*',
      httpMethod: 'PUT',
      urlPath: '*/services/*/instances/*',
      reservoirSize: 0,
      fixedRate: share,
    },
  });
}
