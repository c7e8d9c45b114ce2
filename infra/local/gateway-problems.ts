import { gatewayProblems, renderProblem } from '../gateway-responses.ts';
import type { GatewayResponseType, RenderGatewayResponse } from './http/gateway-responses.ts';

const { REQUEST_TOO_LARGE, MISSING_AUTHENTICATION_TOKEN } = gatewayProblems;

/** What in AWS is answered before it is known which API is meant, and so in AWS's own words. */
const beforeTheApi = {
  BAD_REQUEST: { code: 'invalidRequest', detail: 'The request is not HTTP.' },
  FORBIDDEN: { ...MISSING_AUTHENTICATION_TOKEN, detail: 'The API has no such path: all of them begin with /v1.' },
  EVENT_TOO_LARGE: REQUEST_TOO_LARGE,
  HEADERS_TOO_LARGE: { code: 'headersTooLarge', detail: 'The request line and headers are larger than 20,480 bytes.' },
} as const;

const problems = { ...gatewayProblems, ...beforeTheApi } satisfies Record<GatewayResponseType, unknown>;

/** The gateway's own answers, as the API's template has them in AWS. */
export const renderGatewayProblem: RenderGatewayResponse = (type, requestId) =>
  renderProblem(problems[type], requestId);
