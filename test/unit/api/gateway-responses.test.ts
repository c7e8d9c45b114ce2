import { describe, expect, test } from 'vitest';
import { refusalStatus } from '../../../functions/domain/refusal.ts';
import { gatewayProblems, renderProblem } from '../../../infra/gateway-responses.ts';
import { renderGatewayProblem } from '../../../infra/local/gateway-problems.ts';
import { GATEWAY_RESPONSES, type GatewayResponseType } from '../../../infra/local/http/gateway-responses.ts';

describe.each(Object.entries(gatewayProblems))('what API Gateway answers by itself to %s', (_, problem) => {
  const { status, headers, body } = renderProblem(problem, '$context.requestId');

  test('is a problem like any other', () => {
    expect(headers['content-type']).toBe('application/problem+json');
    expect(status).toBe(refusalStatus[problem.code]);
    expect(JSON.parse(body)).toMatchObject({
      type: `urn:service-manager:problem:${problem.code}`,
      title: expect.stringMatching(/\S/),
      status,
      detail: problem.detail,
      code: problem.code,
      requestId: '$context.requestId',
    });
  });

  test('says when to come back, and how to be let in, where that helps', () => {
    expect('retry-after' in headers).toBe(status === 429 || status === 503);
    expect(headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  test('holds nothing that a template would take for its own, but the id', () => {
    expect(body.replace('$context.requestId', '')).not.toMatch(/[$#]/);
  });
});

test.each(Object.keys(GATEWAY_RESPONSES) as GatewayResponseType[])('the local gateway has a problem for %s', type => {
  const { status, body } = renderGatewayProblem(type, 'r-1');

  expect(JSON.parse(body)).toMatchObject({ status, requestId: 'r-1' });
});
