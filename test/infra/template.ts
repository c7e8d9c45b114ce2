import type { Template } from 'aws-cdk-lib/assertions';
import { databaseName, type Place } from '../../infra/place.ts';
import type { Settings } from '../../infra/settings.ts';
import type { Templates } from './synthesise.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly Metadata?: Readonly<Record<string, string>>;
}

export function allResources(template: Template): Readonly<Record<string, Resource>> {
  return template.toJSON()['Resources'];
}

/** All resources of a type, by logical id. */
export function findResources(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type) as Record<string, Resource>);
}

/** The only resource of a type. */
export function onlyResource(template: Template, type: string): Resource & { readonly id: string } {
  const [[id, found] = [], ...others] = findResources(template, type);
  if (id === undefined || !found || others.length > 0) throw new Error(`There is not one ${type} alone.`);
  return { id, ...found };
}

/** The resource of a type that has a property of this value. */
export function findNamed(template: Template, type: string, property: string, name: string): Resource {
  const [, found] = findResources(template, type).find(([, { Properties }]) => Properties[property] === name) ?? [];
  if (!found) throw new Error(`There is no ${type} named ${name}.`);
  return found;
}

/** Made-up values for what CloudFormation fills in, so that ARNs can be compared as text. */
const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value as text: pseudo parameters filled in, any other reference as `<LogicalId>`, an import as `<its name>`. */
export function render(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [intrinsic, argument] = Object.entries(value)[0] ?? [];
  switch (intrinsic) {
    case 'Ref':
      return pseudoParameters[String(argument)] ?? `<${argument}>`;
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

/** The logical id in a rendered reference. */
export function idIn(reference: unknown): string {
  const [, id = ''] = /^<(\w+)(?:\.\w+)?>$/.exec(render(reference)) ?? [];
  return id;
}

/** The name of the function that a logical id or a reference stands for. */
export function functionNameOf(template: Template, idOrReference: unknown): unknown {
  const id = typeof idOrReference === 'string' ? idOrReference : idIn(idOrReference);
  return allResources(template)[id]?.Properties['FunctionName'];
}

/** The place that the wiring was given, with references as they are rendered. */
export function placeIn({ stateful }: Templates, env: string, settings: Settings): Place {
  const names = Object.values(stateful.findOutputs('*')).flatMap(output => output['Export']?.Name ?? []);
  const findExport = (part: string) => `<${names.find(name => name.includes(part))}>`;
  return {
    env,
    region: 'eu-west-1',
    accountID: '123456789012',
    partition: 'aws',
    clusterArn: `arn:aws:rds:eu-west-1:123456789012:cluster:${findExport('RefDatabaseCluster')}`,
    secretArn: findExport('MasterUserSecretSecretArn'),
    adminTokenSecretArn: findExport('RefAdminToken'),
    databaseName,
    settings,
  };
}
