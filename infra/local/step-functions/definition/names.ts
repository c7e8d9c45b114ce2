/** Names of states and labels of maps: short enough, and each once in the whole machine. */

import { containersOf } from './containers.ts';
import type { Report } from './diagnostic.ts';
import { isObject, type JsonObject } from './json.ts';

const LONGEST_STATE_NAME = 80;
const LONGEST_LABEL = 40;

export function checkNames(machine: JsonObject, report: Report): void {
  const names = new Set<string>();
  const labels = new Set<string>();
  for (const { states, at } of containersOf(machine)) {
    for (const [name, state] of Object.entries(states)) {
      const stateAt = `${at}/States/${name}`;
      checkStateName(name, stateAt, names, report);
      const label = isObject(state) ? state['Label'] : undefined;
      if (typeof label === 'string') checkLabel(label, `${stateAt}/Label`, labels, report);
    }
  }
}

function checkStateName(name: string, at: string, seen: Set<string>, report: Report): void {
  if ([...name].length > LONGEST_STATE_NAME) {
    const limit = `exceeds the ${LONGEST_STATE_NAME}-character limit allowed by the service`;
    report.error('INVALID_STATE_NAME', `Invalid State name: '${name}' ${limit}`, at);
  }
  if (seen.has(name)) report.error('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, at);
  seen.add(name);
}

function checkLabel(label: string, at: string, seen: Set<string>, report: Report): void {
  if (label.length > LONGEST_LABEL) {
    const limit = `exceeds the ${LONGEST_LABEL}-character limit allowed by the service`;
    report.error('INVALID_LABEL_NAME', `Invalid Label name: '${label}' ${limit}`, at);
  }
  if (seen.has(label)) report.error('DUPLICATE_LABEL_NAME', `Duplicate Label name: ${label}`, at);
  seen.add(label);
}
