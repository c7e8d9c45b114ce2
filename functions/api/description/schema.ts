import { input } from '../operation.ts';

export const getDescriptionInput = input({});
