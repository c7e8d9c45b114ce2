import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { listFindings } from './nag.ts';
import { synthesise } from './synthesise.ts';

describe.each(['dev', 'prod'])('cdk-nag, over %s,', env => {
  let app: App;

  beforeAll(async () => {
    ({ app } = await synthesise(env));
  });

  test('finds nothing that is not explained', () => {
    expect(listFindings(new AwsSolutionsChecks(app), app)).toEqual([]);
  });

  test('finds whatever is explained, so that no explanation outlives its finding', () => {
    const blind = Object.assign(new AwsSolutionsChecks(app), { isAcknowledged: () => false });

    const findings = listFindings(blind, app);
    const explained = listAcknowledgements(app);

    expect(explained.length).toBeGreaterThan(5);
    expect(explained.filter(({ reason }) => reason.length < 20)).toEqual([]);
    expect(
      explained.filter(
        ({ path, id }) => !findings.some(found => found.id === id && found.path?.startsWith(`${path}/`)),
      ),
    ).toEqual([]);
  });
});

/** Those of this pack; the CDK makes some for itself. */
function listAcknowledgements(app: App): readonly { path: string; id: string; reason: string }[] {
  return app.node.findAll().flatMap(({ node: { path, metadata } }) =>
    metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ path, id: id.replace(/^\w+::/, ''), reason }))
      .filter(({ id }) => id.startsWith('AwsSolutions-')),
  );
}
