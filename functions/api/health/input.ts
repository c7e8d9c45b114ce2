import { input } from '../request.ts';

export const getHealthInput = input({});
