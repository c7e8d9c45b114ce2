import type { MapItem } from '../../interpreter/branch.ts';
import type { Processor } from '../../interpreter/definition.ts';
import { runtimeFailure } from '../../interpreter/failure.ts';
import type { Json } from '../../interpreter/json.ts';
import type { Visit } from '../../interpreter/visit.ts';
import { entered } from '../../queries/results.ts';

/** What a Map is to do. */
export interface Iterations {
  readonly processor: Processor;
  readonly items: readonly { readonly item: MapItem; readonly input: Json }[];
  /** 0 for no limit of its own. */
  readonly maxConcurrency: number;
}

/** Fields of distributed maps that read and write S3, or group items. */
const UNSUPPORTED = ['ItemReader', 'ItemBatcher', 'ResultWriter'];

/** Evaluates the fields of a Map. @throws EvaluationFailure */
export async function readIterations(visit: Visit): Promise<Iterations> {
  const { state, queries } = visit;
  const processor = state.ItemProcessor ?? state.Iterator;
  if (!processor) throw runtimeFailure(`The Map state '${visit.name}' has no ItemProcessor.`);
  const unsupported = UNSUPPORTED.find(field => state[field] !== undefined);
  if (unsupported) throw runtimeFailure(`${entered(visit)}${unsupported} is not supported by this endpoint.`);
  const input = await queries.arguments(visit);
  const found = await queries.items(visit, input);
  const maxConcurrency = (await queries.number(visit, 'MaxConcurrency')) ?? 0;
  const items: { item: MapItem; input: Json }[] = [];
  for (const [index, value] of found.entries()) {
    const item = { Index: index, Value: value };
    items.push({ item, input: await queries.itemInput(visit, item, input) });
  }
  return { processor, items, maxConcurrency };
}
