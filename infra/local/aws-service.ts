/** One AWS service of the embedded endpoint: what came in over HTTP, and what goes back. */

export interface AwsRequest {
  readonly method: string;
  /** Without the query string, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface AwsService {
  /** Whether this request is meant for this service. */
  matches(request: AwsRequest): boolean;
  /** Answers it; an error of the service is an answer too, so a rejection is a fault of ours. */
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** Ends what runs, and frees what it holds. */
  close(): Promise<void>;
}
