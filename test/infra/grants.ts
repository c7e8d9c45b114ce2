import type { Template } from 'aws-cdk-lib/assertions';
import { expect } from 'vitest';
import { allResources, findResources, idIn, type Resource, render } from './template.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}

/** Every `action resource` of a role that this service alone may take, which must have no policies but its own. */
export function listGrants(template: Template, role: unknown, service: string): readonly string[] {
  const { Properties } = allResources(template)[idIn(role)] ?? { Properties: {} };
  const { ManagedPolicyArns = [], Policies } = Properties as { ManagedPolicyArns?: unknown[]; Policies: object };
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap(type => findResources(template, type));
  expect([...ManagedPolicyArns, ...attached]).toEqual([]);
  expect(principalsOf(Properties)).toEqual([service]);
  return collectStatements(Policies).flatMap(listActions).toSorted();
}

export function principalsOf(role: Resource['Properties']): readonly unknown[] {
  const { Statement } = role['AssumeRolePolicyDocument'] as { Statement: { Principal: { Service: unknown } }[] };
  return Statement.map(({ Principal }) => render(Principal.Service));
}

/** The statements of all policies somewhere in a value. */
export function collectStatements(value: unknown): readonly Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  const { Statement } = value as { Statement?: readonly Statement[] };
  return [...(Array.isArray(Statement) ? Statement : []), ...Object.values(value).flatMap(collectStatements)];
}

/** The policies of roles say who may take them in place of a resource. */
export function listActions({ Action, Resource = 'this' }: Statement): readonly string[] {
  return [Action].flat().flatMap(action => [Resource].flat().map(resource => `${action} ${render(resource)}`));
}
