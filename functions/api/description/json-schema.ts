import * as z from 'zod/mini';

export type JsonSchema = Record<string, unknown>;

/** Writes schemas as JSON Schema; those that have an id go to `shared`, once, and are referred to. */
export function createSchemaWriter() {
  const shared: Record<string, JsonSchema> = {};

  /** @param io whether the schema says what is taken in, before its transforms, or what is given out. */
  function write(schema: z.ZodMiniType, io: 'input' | 'output'): JsonSchema {
    const written = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        const { described } = (z.globalRegistry.get(zodSchema) ?? {}) as { described?: object };
        if (described === undefined) return;
        for (const key of Object.keys(jsonSchema)) delete (jsonSchema as JsonSchema)[key];
        Object.assign(jsonSchema, described);
      },
    }) as JsonSchema;
    const {
      $schema: _,
      $defs,
      ...root
    } = moveReferences(written) as { $defs?: Record<string, JsonSchema> } & JsonSchema;
    for (const [name, { id: __, ...definition }] of Object.entries($defs ?? {})) shared[name] = definition;
    const { id, ...rest } = root;
    if (typeof id !== 'string') return rest;
    shared[id] = rest;
    return { $ref: reference(id) };
  }

  return { write, shared };
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

function moveReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moveReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', reference('')) : moveReferences(inner),
    ]),
  );
}
