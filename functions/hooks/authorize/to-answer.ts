import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import type { Identity } from '#domain/identity.ts';
import { policyOf } from '#domain/roles.ts';

/**
 * What API Gateway is told of a caller: all that its role may call, since it keeps the answer for the caller's other calls too,
 * and who it is, for the endpoints.
 * @param methodArn of the call: `arn:aws:execute-api:region:account:api/stage/GET/services`
 */
export function toAnswer(
  { id, name, role, service, expireSeconds }: Identity,
  methodArn: string,
  usageKeyPrefix: string,
): APIGatewayAuthorizerResult {
  const stage = methodArn.split('/').slice(0, 2).join('/');
  const { allow, deny } = policyOf(role, service);
  const state = (Effect: 'Allow' | 'Deny', methods: readonly string[]) =>
    methods.length === 0
      ? []
      : [{ Action: 'execute-api:Invoke', Effect, Resource: methods.map(method => `${stage}/${method}`) }];
  return {
    // It stands in the access log, between quotes that API Gateway does not protect.
    principalId: id,
    policyDocument: { Version: '2012-10-17', Statement: [...state('Allow', allow), ...state('Deny', deny)] },
    context: {
      // Of other characters API Gateway makes what it likes.
      name: encodeURIComponent(name),
      role,
      ...(service === undefined ? {} : { service }),
      ...(expireSeconds === undefined ? {} : { expiresAt: expireSeconds }),
    },
    usageIdentifierKey: usageKeyPrefix + role,
  };
}
