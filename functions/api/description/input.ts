import { input } from '../request.ts';

export const getDescriptionInput = input({});
