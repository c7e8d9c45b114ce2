import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { gatewayProblems, renderProblem } from '../../gateway-responses.ts';

/** What API Gateway answers by itself looks like what functions answer. */
export function addGatewayResponses(api: RestApi): void {
  for (const [type, problem] of Object.entries(gatewayProblems)) {
    const { status, headers, body } = renderProblem(problem, '$context.requestId');
    api.addGatewayResponse(type, {
      type: ResponseType.of(type),
      statusCode: String(status),
      responseHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`])),
      templates: { 'application/json': toAscii(body) },
    });
  }
}

/** JSON that says the same in ASCII: of anything else CloudFormation may make question marks. */
function toAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
