export const BODY_BYTES = 10 * 1024 * 1024;

/** Request line and headers together. */
export const HEADER_BYTES = 20_480;

export const INTEGRATION_TIMEOUT_SECONDS = 29;
