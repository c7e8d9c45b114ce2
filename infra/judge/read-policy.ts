import { readFileSync } from 'node:fs';
import { analysis } from '../../functions/api/deployments/analysis.ts';
import type { PolicyInput } from '../../functions/domain/analysis/policy.ts';
import { toFaults } from '../../functions/platform/faults.ts';

/** Reads what a deployment's `analysis` would be; all faults are in the error. */
export function readPolicy(file: string): PolicyInput {
  const asked = parse(file);
  const result = analysis.safeParse(asked, { reportInput: true });
  if (!result.success) {
    const faults = toFaults(result.error.issues).map(({ path, message }) => `${path || 'it'} ${message}`);
    throw new Error(`${file} is no policy: ${faults.join('; ')}`);
  }
  if (result.data === false) throw new Error(`${file} asks for no analysis`);
  return result.data === true ? {} : (result.data as PolicyInput);
}

const texts = new Map<string, string>();

/** Read once, however often it is asked for: it may be a pipe. */
function readText(file: string): string {
  const text = texts.get(file) ?? readFileSync(file, 'utf8');
  texts.set(file, text);
  return text;
}

function parse(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
