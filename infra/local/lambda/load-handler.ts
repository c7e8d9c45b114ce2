import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from './function-error.ts';
import type { FunctionSpec } from './function-spec.ts';

export type Handler = (event: unknown, context: unknown) => unknown;

const CALLBACK_ARGUMENTS = 3;

/**
 * A loader that imports the function's module once. A load that failed is reported to every call that waited for it,
 * and tried anew by the next one, as a new sandbox would.
 */
export function createHandlerLoader(spec: FunctionSpec): () => Promise<Handler> {
  let loading: Promise<Handler> | undefined;
  let failures = 0;

  return () => {
    loading ??= loadHandler(spec, failures).catch((error: unknown) => {
      failures += 1;
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

async function loadHandler(spec: FunctionSpec, failures: number): Promise<Handler> {
  Object.assign(process.env, spec.environment);
  const handler = (await importModule(spec, failures))['handler'];
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', 'index.handler is undefined or not exported');
  }
  if (handler.length >= CALLBACK_ARGUMENTS) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    );
  }
  return handler as Handler;
}

async function importModule(spec: FunctionSpec, failures: number): Promise<Record<string, unknown>> {
  const url = new URL(spec.file);
  // Node keeps a module that failed to evaluate under its address, so another try needs another address.
  if (failures > 0) url.searchParams.set('attempt', String(failures + 1));
  try {
    return await import(url.href);
  } catch (error) {
    throw nameImportError(error, spec.file);
  }
}

function nameImportError(error: unknown, file: URL): unknown {
  if (error instanceof SyntaxError) return new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
  const path = fileURLToPath(file);
  if (!existsSync(path)) {
    return new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);
  }
  return error;
}
