import type { Templates } from '#domain/metrics/templates.ts';
import { env, envNumber } from './env.ts';

/** What metrics are where a service has no template of its own. */
export const defaultTemplates = JSON.parse(env('METRIC_TEMPLATES')) as Templates;

export const scrapeSeconds = envNumber('SCRAPE_SECONDS');
