import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderTemplate } from '../../../functions/domain/metrics/render.ts';
import { scan } from '../../../functions/domain/metrics/scan.ts';
import { anyName } from '../../support/names.ts';

test('whatever a name holds, it becomes one string, which matches that name as a regular expression and no other', () => {
  fc.assert(
    fc.property(anyName, anyName, (name, other) => {
      const rendered = renderTemplate('$service', { service: name, windowSeconds: 60 });

      const regex = new RegExp(`^(?:${JSON.parse(rendered)})$`, 'u');
      expect(scan(rendered)).toEqual([{ kind: 'string', text: rendered }]);
      expect(rendered).not.toMatch(/[\n\r]/);
      expect(regex.test(name)).toBe(true);
      expect(regex.test(other)).toBe(other === name);
    }),
    { numRuns: 2000 },
  );
});

test('what stands in a template besides its placeholders is the same for every name', () => {
  fc.assert(
    fc.property(anyName, anyName, (service, version) => {
      const rendered = renderTemplate('a{b=~$service,c!~$version} + on() "$1" # none', {
        service,
        version,
        windowSeconds: 60,
      });

      expect(scan(rendered).map(({ kind, text }) => (kind === 'string' ? kind : text))).toEqual([
        'a{b=~',
        'string',
        ',c!~',
        'string',
        '} + on() ',
        'string',
        ' ',
      ]);
    }),
  );
});
