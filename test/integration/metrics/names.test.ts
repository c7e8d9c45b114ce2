import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderTemplate } from '../../../functions/domain/metrics/render.ts';
import { renderStats } from '../../../functions/domain/metrics/stats.ts';
import { defaultTemplates } from '../../../functions/domain/metrics/templates.ts';
import { describeMonitored } from '../../support/monitoring.ts';
import { anyName } from '../../support/names.ts';
import { createPrometheus, type TestPrometheus } from '../../support/prometheus.ts';

/** Labels that hold what escaping is for; those of OpenMetrics have escapes of their own. */
const odd = [
  'a.b',
  'aXb',
  'a|b',
  '"',
  "'",
  '\\',
  'a\\.b',
  '`',
  '$1',
  '.*',
  '{a="b"}',
  '(',
  '[a]',
  'ü😀',
  'a\nb',
  '#',
  '^a$',
  ' ',
];

const at = Math.floor(Date.now() / 1000) - 60;
const quote = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

describeMonitored("to Prometheus' own parser", () => {
  let prometheus: TestPrometheus;

  beforeAll(async () => {
    const history = odd.flatMap((name, value) =>
      ['service', 'version', 'instance'].map(label => `seen_${label}{${label}="${quote(name)}"} ${value} ${at}`),
    );
    prometheus = await createPrometheus({ targets: [], history });
  });

  afterAll(() => prometheus?.remove());

  async function ask(query: string) {
    const answer = await fetch(`${prometheus.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query, time: String(at) }),
    });
    const body = (await answer.json()) as { error?: string; data?: { result: { metric: Record<string, string> }[] } };
    return body.data?.result.map(({ metric }) => metric) ?? body.error;
  }

  test('a name, whatever it holds, is the string of a regular expression, and what is around it stays', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, async name => {
        // Joined by it, two labels that there are not leave the string as it was understood.
        const rendered = renderTemplate('$service', { service: name, windowSeconds: 60 });

        const understood = await ask(`label_join(vector(1), "read", ${rendered}, "none", "none_either")`);

        // An empty label is none.
        const escaped = name.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
        expect(understood).toEqual([escaped === '' ? {} : { read: escaped }]);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['service', 'version', 'instance'])(
    'a %s, however odd, is found by its name, and nothing else is',
    async label => {
      const found = await Promise.all(
        odd.map(name =>
          ask(renderTemplate(`seen_${label}{${label}=~$${label}}`, { [label]: name, windowSeconds: 60 })),
        ),
      );

      expect(found).toEqual(odd.map(name => [{ __name__: `seen_${label}`, [label]: name }]));
    },
  );

  test.each(Object.entries(defaultTemplates))('the template %s is PromQL for any name', async (_, template) => {
    await fc.assert(
      fc.asyncProperty(anyName, anyName, anyName, async (service, version, instance) => {
        expect(await ask(renderTemplate(template, { service, version, instance, windowSeconds: 60 }))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('so are the signals of a hundred versions', async () => {
    const versions = Array.from({ length: 100 }, (_, at) => `${odd[at % odd.length]}${at}`);

    for (const template of Object.values(defaultTemplates)) {
      expect(await ask(renderStats(template, { service: 'a"b', versions, windowSeconds: 60 }))).toEqual([]);
    }
  });
});
