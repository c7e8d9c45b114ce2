import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/** What is logged: saved queries go by these. */
export type LogCode =
  | 'requestAnswered'
  | 'requestRefused'
  | 'requestFailed'
  | 'tokenRefused'
  | 'authorizerFailed'
  | 'planNotMade'
  | 'decided'
  | 'looked'
  | 'taskFailed'
  | 'executionNotStarted'
  | 'signalNotSent'
  | 'tokenNotCleared'
  | 'changesNotPublished'
  | 'changesNotForgotten'
  | 'metricsNotWritten'
  | 'pruned'
  | 'notPruned'
  | 'executionsNotListed'
  | 'notReconciled'
  | 'executionsKeepEnding'
  | 'databaseResuming'
  | 'databaseRetried'
  | 'schemaMigrated'
  | 'schemaKept'
  | 'migrationRepeated'
  | 'notMigrated';

/** Keys that lines about one thing share, and whatever else there is to say, flat. */
export interface LogFields {
  readonly code: LogCode;
  readonly service?: string | undefined;
  readonly deployID?: string | undefined;
  readonly requestID?: string | undefined;
  readonly error?: Error;
  readonly [field: string]: unknown;
}

export type Log = (message: string, fields: LogFields) => void;

/** Of all that Powertools can add, what tells one line from another; the rest is the log group's name. */
class FlatFormatter extends LogFormatter {
  override formatAttributes(base: UnformattedAttributes, fields: LogAttributes): LogItem {
    const { loggedService, ...others } = fields;
    const { logLevel: level, message, timestamp } = base;
    const item = new LogItem({ attributes: { level, message, timestamp: this.formatTimestamp(timestamp) } });
    return item.addAttributes(loggedService === undefined ? others : { service: loggedService, ...others });
  }
}

let made: Logger | undefined;

/** Made for the first line, since most invocations write none. */
function powertools(): Logger {
  made ??= new Logger({ logFormatter: new FlatFormatter() });
  return made;
}

/**
 * Logs lines of JSON. Everything about a line stands in its own call, nothing in the logger: on one machine all
 * functions, and their requests at the same time, share it.
 */
export const logger: Readonly<Record<'debug' | 'info' | 'warn' | 'error', Log>> = {
  debug: (message, fields) => powertools().debug(message, toAttributes(fields)),
  info: (message, fields) => powertools().info(message, toAttributes(fields)),
  warn: (message, fields) => powertools().warn(message, toAttributes(fields)),
  error: (message, fields) => powertools().error(message, toAttributes(fields)),
};

/** To Powertools `service` is the name of the program, and reserved; to us it is what a line is about. */
function toAttributes({ service, ...fields }: LogFields): LogAttributes {
  return service === undefined ? fields : { loggedService: service, ...fields };
}
