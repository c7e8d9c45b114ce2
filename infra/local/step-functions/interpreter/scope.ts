import type { Json } from './json.ts';

/** The variables a branch can see: its own, and through the prototype those of the branches around it. */
export class Scope {
  readonly bindings: Record<string, unknown>;

  constructor(outer?: Scope) {
    this.bindings = Object.create(outer?.bindings ?? null);
  }

  assign(values: ReadonlyMap<string, Json>): void {
    for (const [name, json] of values) this.bindings[name] = json.value;
  }
}
