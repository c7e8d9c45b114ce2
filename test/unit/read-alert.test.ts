import { describe, expect, it } from 'vitest';
import { readAlert, type WebhookAlert } from '../../functions/domain/read-alert.ts';

const names = { service: 'app', version: 'app_version', severity: 'priority' };

const alert: WebhookAlert = {
  status: 'firing',
  labels: {
    alertname: 'HighErrors',
    service: 'not this one',
    app: 'checkout',
    app_version: 'v2',
    priority: 'Critical',
  },
  startsAt: '2030-01-31T09:00:00.123456789Z',
  fingerprint: 'f1',
};

describe('an alert', () => {
  it('is read by the labels that the settings name', () => {
    expect(readAlert(alert, names)).toMatchObject({
      name: 'HighErrors',
      service: 'checkout',
      version: 'v2',
      health: 'error',
      startTime: '2030-01-31T09:00:00.123Z',
    });
  });

  it.each(['warning', 'info', 'page', '', undefined])('of severity %s is a warning', priority => {
    const labels = { app: 'checkout', ...(priority === undefined ? {} : { priority }) };

    expect(readAlert({ ...alert, labels }, names)).toMatchObject({ health: 'warning' });
  });

  it.each([
    ['its end', '2030-01-31T09:10:00Z', '2030-01-31T09:10:00.000Z'],
    ['its start, where its end is none', '0001-01-01T00:00:00Z', '2030-01-31T09:00:00.123Z'],
    ['its start, where its end is not told', undefined, '2030-01-31T09:00:00.123Z'],
  ])('that is resolved is so since %s', (_, endsAt, resolveTime) => {
    expect(readAlert({ ...alert, status: 'resolved', endsAt }, names)).toMatchObject({ resolveTime });
  });

  it('says which label it lacks', () => {
    expect(readAlert({ ...alert, labels: { service: 'checkout' } }, names)).toBe('has no label app');
  });
});
