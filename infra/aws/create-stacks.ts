import { type App, Tags } from 'aws-cdk-lib';
import type { Bundle } from '../bundle.ts';
import { type WiredFunction, wireFunctions } from '../wiring.ts';
import type { Environment } from './environments.ts';
import { awsPlace } from './place.ts';
import { StatefulStack } from './stateful-stack.ts';
import { StatelessStack } from './stateless-stack.ts';

export interface Stacks {
  readonly stateful: StatefulStack;
  readonly stateless: StatelessStack;
}

/**
 * The product in one environment, in whichever account and region it is deployed to: naming one here would make a synth
 * ask AWS for its zones. What holds data is a stack apart, so that everything else can be replaced at will.
 */
export async function createStacks(
  app: App,
  environment: Environment,
  bundle: (functions: readonly WiredFunction[]) => Promise<readonly Bundle[]>,
): Promise<Stacks> {
  const { name } = environment;
  addTags(app, { Application: 'service-manager', Environment: name });
  const stateful = new StatefulStack(app, `${name}-service-manager-data`, environment);
  const place = awsPlace(environment, { ...stateful.database, ...environment.restoredDatabase }, stateful.prometheus);
  const functions = wireFunctions(place);
  const bundles = await bundle(functions);
  const stateless = new StatelessStack(app, `${name}-service-manager`, { environment, place, functions, bundles });
  return { stateful, stateless };
}

/** CloudFormation's schema of dashboards has no tags, though the CDK has them already. */
function addTags(app: App, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    Tags.of(app).add(key, value, { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] });
  }
}
