import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

/** Nobody is let in. */
export async function handler(_: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  throw new Error('Unauthorized');
}
