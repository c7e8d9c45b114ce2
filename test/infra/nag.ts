import type { App } from 'aws-cdk-lib';
import type { AwsSolutionsChecks } from 'cdk-nag';

/** What the pack has against an app, where it has not been told why. */
export function listFindings(pack: AwsSolutionsChecks, app: App): readonly { id: string; path: string | undefined }[] {
  return pack
    .validateScope(app)
    .violations.flatMap(({ ruleName: id, violatingResources = [] }) =>
      violatingResources.map(({ constructPath: path }) => ({ id, path })),
    );
}
