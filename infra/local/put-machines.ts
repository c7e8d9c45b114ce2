import { readFile } from 'node:fs/promises';
import { machineFullName, machineNames, type Place } from '../place.ts';
import { substitutions } from '../wiring.ts';
import type { StepFunctions } from './step-functions/provider.ts';

/** Gives both state machines the definitions of their files, with the functions' ARNs in them. */
export async function putMachines(stepFunctions: StepFunctions, place: Place): Promise<void> {
  for (const machine of machineNames) {
    const file = new URL(`../../statemachines/${machine}.asl.json`, import.meta.url);
    const definition = substitute(await readFile(file, 'utf8'), substitutions(place, machine));
    await stepFunctions.putStateMachine({ name: machineFullName(place, machine), definition });
  }
}

/** @throws when the definition names what has no value */
function substitute(definition: string, values: Readonly<Record<string, string>>): string {
  return definition.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`A state machine names \${${name}}, which stands for nothing.`);
    return value;
  });
}
