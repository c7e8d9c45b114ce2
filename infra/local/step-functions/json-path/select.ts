import type { Step } from './parse.ts';

/** All values that the steps lead to, from a value. */
export function select(value: unknown, steps: readonly Step[]): unknown[] {
  let found: unknown[] = [value];
  for (const step of steps) found = found.flatMap(each => follow(each, step));
  return found;
}

function follow(value: unknown, step: Step): unknown[] {
  switch (step.kind) {
    case 'name':
      return nameIn(value, step.name);
    case 'names':
      return step.names.flatMap(name => nameIn(value, name));
    case 'index':
      return indexIn(value, step.index);
    case 'indices':
      return step.indices.flatMap(index => indexIn(value, index));
    case 'slice':
      return Array.isArray(value) ? sliceOf(value, step.from, step.to, step.by) : [];
    case 'wildcard':
      return childrenOf(value);
    case 'descendants':
      return [value, ...childrenOf(value).flatMap(child => follow(child, step))].filter(isContainer);
    case 'filter':
      return childrenOf(value).filter(step.holds);
  }
}

export function nameIn(value: unknown, name: string): unknown[] {
  const object = value as Readonly<Record<string, unknown>>;
  return isContainer(value) && !Array.isArray(value) && Object.hasOwn(object, name) ? [object[name]] : [];
}

export function indexIn(value: unknown, index: number): unknown[] {
  if (!Array.isArray(value)) return [];
  const at = index < 0 ? value.length + index : index;
  return at >= 0 && at < value.length ? [value[at]] : [];
}

function sliceOf(array: readonly unknown[], from: number | undefined, to: number | undefined, by: number): unknown[] {
  return array.slice(from ?? 0, to).filter((_, index) => index % by === 0);
}

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;

const childrenOf = (value: unknown): unknown[] => (isContainer(value) ? Object.values(Object(value)) : []);
