import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createStacks } from '../../infra/aws/create-stacks.ts';
import { readEnvironment } from '../../infra/aws/read-environment.ts';
import { createFolder } from '../support/folder.ts';

const settings = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>;
};

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

export interface Templates {
  readonly stateful: Template;
  readonly stateless: Template;
}

/** The templates that `cdk synth` writes with cdk.json's context. Rejects when resources depend on each other in a circle. */
export async function synthesise(env: string): Promise<Templates> {
  const output = await createFolder();
  try {
    const app = new App({ outdir: `${output.path}/cdk.out`, context: { ...settings.context, env } });
    const stacks = await createStacks(app, {
      environment: readEnvironment(app),
      bundleFolder: `${output.path}/bundles`,
    });
    return { stateful: Template.fromStack(stacks.stateful), stateless: Template.fromStack(stacks.stateless) };
  } finally {
    await output.remove();
  }
}

/** All resources of a type, by logical id. */
export function findResources(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type) as Record<string, Resource>);
}

/** Made-up values for what CloudFormation fills in, so that ARNs can be compared as text. */
export const pseudoParameters = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
};

/** A value as text: pseudo parameters filled in, any other reference as `<LogicalId>`, an import as `<its name>`. */
export function render(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [intrinsic, argument] = Object.entries(value)[0] ?? [];
  switch (intrinsic) {
    case 'Ref':
      return (pseudoParameters as Record<string, string>)[String(argument)] ?? `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    case 'Fn::ImportValue':
      return `<${argument}>`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(render).join(separator);
    }
    default:
      throw new Error(`A reference of a kind that is not rendered: ${JSON.stringify(value)}`);
  }
}
