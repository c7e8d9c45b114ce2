import type { IncomingHttpHeaders } from 'node:http';

/** Header names as the Java SDK, which Step Functions calls services with, shows them. */
const SHOWN: Readonly<Record<string, string>> = {
  connection: 'Connection',
  'content-length': 'Content-Length',
  'content-type': 'Content-Type',
  date: 'Date',
  'x-amz-executed-version': 'X-Amz-Executed-Version',
  'x-amzn-remapped-content-length': 'x-amzn-Remapped-Content-Length',
  'x-amzn-requestid': 'x-amzn-RequestId',
  'x-amzn-trace-id': 'X-Amzn-Trace-Id',
};

/** What a service integration adds to the answer of the service. */
export function sdkMetadata(status: number, headers: IncomingHttpHeaders, requestId: string) {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const key = SHOWN[name];
    if (key && value !== undefined) shown[key] = String(value);
  }
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, [value]])),
      HttpHeaders: shown,
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
