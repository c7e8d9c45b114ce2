import * as z from 'zod/mini';
import type { RefusalCode } from '#domain/refusal.ts';
import type { InputSchema } from '#platform/input.ts';

/** A time in an answer: milliseconds, UTC. */
export const timestamp = z.iso.datetime({ precision: 3 });

/** A page of a list, in an answer. */
export function page<Item extends z.ZodMiniType>(item: Item) {
  return z.object({ items: z.array(item), next: z.optional(z.string()) });
}

/** One thing that the API does, as its description tells it. */
export interface Operation {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly input: InputSchema;
  /** By status. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema: z.ZodMiniType }>>;
  /** Those that are its own; what any operation may refuse is left out. */
  readonly refusals: readonly RefusalCode[];
  /** Of bodies and their answers. */
  readonly example?: { readonly body?: object; readonly answer?: object };
}
