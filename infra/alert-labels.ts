import type { AlertLabels } from '../functions/domain/read-alert.ts';
import { defaultSettings } from './settings.ts';

/** What Prometheus takes as the name of a label. */
const labelName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads names such as `service=app,severity=priority`; what is not named stays. undefined: it is none of that shape. */
export function readAlertLabels(text: string): AlertLabels | undefined {
  const { alertLabels } = defaultSettings;
  const named = text.split(',').map(pair => pair.split('='));
  const isFit = named.every(
    ([what = '', name = '', ...rest]) => Object.hasOwn(alertLabels, what) && labelName.test(name) && rest.length === 0,
  );
  return isFit ? { ...alertLabels, ...Object.fromEntries(named) } : undefined;
}
