import { DataApiError } from './errors.ts';

const OFFSET = /([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

/** A date as it is; the real Data API fails without a word on the infinite ones. */
export function formatDate(text: string): string {
  if (text.endsWith('infinity')) throw new DataApiError('InternalFailure');
  return text;
}

/** A time or timestamp; the fraction has no digit, three, or six. */
export function formatTime(text: string): string {
  if (text.endsWith('infinity')) throw new DataApiError('InternalFailure');
  const dot = text.indexOf('.');
  if (dot < 0) return text;
  const digits = text.length - dot - 1;
  return digits === 3 || digits === 6 ? text : text.padEnd(dot + (digits < 3 ? 4 : 7), '0');
}

/** A timestamp with time zone, in UTC and without saying so. */
export function formatTimestampTz(text: string): string {
  if (text.endsWith('+00')) return formatTime(text.slice(0, -3));
  const match = OFFSET.exec(text);
  if (!match) return formatTime(text);
  const [offset, sign, hours, minutes = '0', seconds = '0'] = match;
  const [wall = '', fraction] = text.slice(0, -offset.length).split('.');
  const shift = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const instant = Date.parse(`${wall.replace(' ', 'T')}Z`) - (sign === '-' ? -shift : shift) * 1000;
  const utc = new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
  return formatTime(fraction === undefined ? utc : `${utc}.${fraction}`);
}
