/** Bytes of JSON that one synchronous call may send. */
export const SYNC_REQUEST_BYTES = 6 * 1024 * 1024;

/** Bytes of JSON that one asynchronous call may send. */
export const ASYNC_REQUEST_BYTES = 1024 * 1024;

/** Bytes of JSON that a function may answer: AWS leaves 100 bytes above 6 MiB. */
export const RESPONSE_BYTES = SYNC_REQUEST_BYTES + 100;

/** Loading a module is not counted in the function's timeout: AWS gives it ten seconds of its own, then that timeout. */
export const INIT_SECONDS = 10;
