import { CfnOutput } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Grant } from '../provisions.ts';
import type { PrometheusNetwork } from './environments.ts';

/** What Lambda does in the name of a function to put it into a network. */
export const networkGrant: Grant = {
  actions: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
};

/** Puts a function into a network that is there already. The CDK's own way would look the network up, and write to the role. */
export function joinNetwork(lambda: LambdaFunction, { vpcID, subnetIDs, securityGroupID }: PrometheusNetwork): void {
  const resource = lambda.node.defaultChild as CfnFunction;
  resource.vpcConfig = {
    subnetIds: [...subnetIDs],
    securityGroupIds: [securityGroupID ?? createSecurityGroup(lambda, vpcID)],
  };
}

/** Only the server says who may come in: this one is for it to let in. */
function createSecurityGroup(lambda: LambdaFunction, vpcId: string): string {
  const group = new CfnSecurityGroup(lambda, 'SecurityGroup', {
    vpcId,
    groupDescription: 'Asks Prometheus for Service Manager',
    securityGroupEgress: [{ ipProtocol: 'tcp', fromPort: 0, toPort: 65_535, cidrIp: '0.0.0.0/0' }],
  });
  new CfnOutput(lambda, 'SecurityGroupID', {
    description: 'The security group that Prometheus must let in',
    value: group.attrGroupId,
  });
  return group.attrGroupId;
}
