import type { HistoryEvent } from '../history.ts';

/** What `includeExecutionData: false` leaves out. */
const DATA = new Set(['input', 'inputDetails', 'output', 'outputDetails', 'parameters', 'cause', 'error']);

/** An event without the data that passed through it. */
export function showEvent(event: HistoryEvent): HistoryEvent {
  const shown = Object.entries(event).map(([key, value]) => [key, key.endsWith('EventDetails') ? strip(value) : value]);
  return Object.fromEntries(shown);
}

const strip = (details: unknown): unknown =>
  Object.fromEntries(Object.entries(Object(details)).filter(([key]) => !DATA.has(key)));
