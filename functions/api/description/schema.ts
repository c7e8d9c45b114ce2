import * as z from 'zod/mini';
import type { Operation } from '../schema.ts';
import { getDescriptionInput } from './input.ts';

export const getDescription: Operation = {
  tag: 'description',
  summary: 'Describes this API, as OpenAPI 3.1.',
  input: getDescriptionInput,
  answers: {
    200: {
      description: 'The description.',
      schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
    },
  },
  refusals: [],
};
