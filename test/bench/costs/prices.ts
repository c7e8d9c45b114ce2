/**
 * List prices in US dollars, us-east-1, without free tiers and savings plans, as AWS's price pages gave them in November 2026.
 * This is the one place where a price stands.
 */
export const prices = {
  /** REST APIs, a request, in the first 333 million of a month. */
  apiGatewayRequest: 3.5 / 1e6,
  /** A request, and a second of a gigabyte on Graviton. */
  lambdaRequest: 0.2 / 1e6,
  lambdaGigabyteSecond: 0.0000133334,
  /** Standard workflows: a state that is entered, retries included. */
  stepFunctionsTransition: 25 / 1e6,
  /** A request of up to 32 KB. */
  dataApiRequest: 0.35 / 1e6,
  /** Serverless v2, Aurora Standard: an ACU for an hour, a gigabyte for a month. */
  auroraCapacityHour: 0.12,
  auroraGigabyteMonth: 0.1,
  secretMonth: 0.4,
  /** For each metric that an alarm looks at. */
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  customMetricMonth: 0.3,
  /** Logs taken in, a gigabyte. */
  logGigabyte: 0.5,
  /** A custom event. */
  eventBridgeEvent: 1 / 1e6,
  traceRecorded: 5 / 1e6,
  kmsKeyMonth: 1,
  natGatewayHour: 0.045,
  interfaceEndpointHour: 0.01,
} as const;

export const hoursInMonth = 730;
export const minutesInMonth = hoursInMonth * 60;
