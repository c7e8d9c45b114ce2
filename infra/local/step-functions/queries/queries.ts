import type { MapItem } from '../interpreter/branch.ts';
import type { Catcher, ChoiceRule } from '../interpreter/definition.ts';
import type { Json } from '../interpreter/json.ts';
import type { Visit } from '../interpreter/visit.ts';

/** What leaves a state. */
export interface Completion {
  readonly output: Json;
  readonly assigned: ReadonlyMap<string, Json> | undefined;
}

/** How a state's fields are read and its data is shaped: once for each query language. */
export interface Queries {
  /** What the state works on: the arguments of a task, the input of branches. */
  arguments(visit: Visit): Promise<Json>;
  /** A number that may be an expression or a path; undefined if the field is absent. */
  number(visit: Visit, field: string): Promise<number | undefined>;
  /** The same for text. */
  text(visit: Visit, field: string): Promise<string | undefined>;
  /** The items of a Map. */
  items(visit: Visit, input: Json): Promise<readonly unknown[]>;
  /** The input of one iteration. */
  itemInput(visit: Visit, item: MapItem, input: Json): Promise<Json>;
  /** The rule of a Choice that holds; undefined if none does. */
  choose(visit: Visit): Promise<ChoiceRule | undefined>;
  /** The data that leaves a state that succeeded. @param rule the rule that was chosen, in a Choice */
  complete(visit: Visit, result?: Json, rule?: ChoiceRule): Promise<Completion>;
  /** The data that a catcher hands on. */
  recover(visit: Visit, catcher: Catcher, index: number, error: Json): Promise<Completion>;
}
