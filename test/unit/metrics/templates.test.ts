import { describe, expect, test } from 'vitest';
import { checkTemplate } from '../../../functions/domain/metrics/check-template.ts';
import { renderTemplate } from '../../../functions/domain/metrics/render.ts';
import { defaultTemplates } from '../../../functions/domain/metrics/templates.ts';

describe('a template', () => {
  test.each(Object.entries(defaultTemplates))('%s of the defaults has no fault', (_, template) => {
    expect(checkTemplate(template)).toEqual([]);
  });

  test.each([
    'up{service=~$service}',
    'up{service !~ $service}',
    'sum(rate(up[$window])) offset $window',
    'label_replace(up, "a", "$1", "b", "(.*)$")',
    "up{a='$'} # costs $5",
    'up{a=`\\`,service=~$service}',
    'up{service=~ # this one\n $service}',
    'up{service=~ # this one\r\n\t$service}',
    'vector(1)',
  ])('%s has none either', template => {
    expect(checkTemplate(template)).toEqual([]);
  });

  test.each([
    ['', 'must be a query of PromQL'],
    [' # nothing', 'must be a query of PromQL'],
    ['up{service="$service"}', 'has $service in a string, where it is not filled in: write service=~$service'],
    ['up[1m] # $window', 'has $window in a comment, where it is not filled in: write [$window]'],
    ['up{service=$service}', 'has $service where it is not matched against: write service=~$service'],
    ['$version', 'has $version where it is not matched against: write version=~$version'],
    ['up{service=~$services}', 'has $services, which is none of $service, $version, $instance, $window'],
    ['up{service=~$-service}', 'has $, which is none of $service, $version, $instance, $window'],
    ['up{service=~"a}', 'has a string that does not end'],
    ["up{service=~'a\n'}", 'has a string that does not end'],
    ['up) or (up', 'has a ")" too many'],
    ['(up]', 'has a "]" too many'],
    ['sum(up', 'lacks a ")"'],
    ['up #\u0001', 'has a control character'],
  ])('%j %s', (template, fault) => {
    expect(checkTemplate(template)).toContain(fault);
  });

  test('is told all its faults at once', () => {
    expect(checkTemplate('sum(up{service=$service,a=~$b}')).toHaveLength(3);
  });
});

describe('filled in,', () => {
  const template = 'up{service=~$service,version=~$version,instance=~$instance}';

  test('a name is matched literally, and one that is left out stands for any', () => {
    const query = renderTemplate(template, { service: 'a.b', version: 'v1+2', windowSeconds: 60 });

    expect(query).toBe('up{service=~"a\\\\.b",version=~"v1\\\\+2",instance=~".*"}');
  });

  test('comments are left out up to the end of their line, however that ends', () => {
    expect(renderTemplate('1 # one\n + 2 # two\r\n + 3 # three\r + 4 # four', { windowSeconds: 60 })).toBe(
      '1 \n + 2 \r\n + 3 \r + 4 ',
    );
  });

  test('a name that would end its string does not', () => {
    const query = renderTemplate(template, { service: 'a"} or up{a="', windowSeconds: 60 });

    expect(query).toContain('service=~"a\\"\\\\} or up\\\\{a=\\"",');
  });

  test.each([
    [60, 'up[60s]'],
    [1.5, 'up[1500ms]'],
  ])('a window of %d s is %s', (windowSeconds, query) => {
    expect(renderTemplate('up[$window]', { windowSeconds })).toBe(query);
  });

  test('comments are gone, which would hide what follows', () => {
    expect(renderTemplate('up # all of them', { windowSeconds: 60 })).toBe('up ');
  });

  test('strings stay as they are, whatever looks like a comment or a placeholder in them', () => {
    const strings = `label_replace(up, "a", "#$1", 'b', \`#"\`)`;

    expect(renderTemplate(strings, { windowSeconds: 60 })).toBe(strings);
  });
});
