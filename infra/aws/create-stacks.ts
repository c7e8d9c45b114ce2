import type { App } from 'aws-cdk-lib';
import { bundleFunctions } from '../bundle.ts';
import { wireFunctions } from '../wiring.ts';
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
  { env, bundleFolder }: { env: string; bundleFolder: string },
): Promise<Stacks> {
  const stateful = new StatefulStack(app, `${env}-service-manager-data`);
  const place = awsPlace(env, stateful.database);
  const functions = wireFunctions(place);
  const bundles = await bundleFunctions(functions, bundleFolder);
  const stateless = new StatelessStack(app, `${env}-service-manager`, { place, functions, bundles });
  return { stateful, stateless };
}

/**
 * The prefix of every name, from the context key `env`.
 * @throws when names made with it would not be valid
 */
export function readEnv(app: App): string {
  const env: unknown = app.node.tryGetContext('env');
  if (typeof env !== 'string' || !/^[a-z][a-z0-9-]{0,19}$/.test(env)) {
    throw new Error(`The context key env must be up to 20 of a-z, 0-9 and -, a letter first: ${JSON.stringify(env)}`);
  }
  return env;
}
