import * as z from 'zod/mini';
import { deploymentStatuses } from '#domain/statuses.ts';
import { health, serviceName } from '../fields.ts';
import { type Operation, page } from '../schema.ts';
import { createServiceInput, deleteServiceInput, listServicesInput, updateServiceInput } from './input.ts';

const service = z.object({
  name: serviceName,
  /** Or the status of the deployment that governs it. */
  deployState: z.enum(['unreleased', 'deployed', ...deploymentStatuses]),
  health,
  deps: z.array(serviceName),
});
z.globalRegistry.add(service, { id: 'Service' });

const exampleService = { name: 'user-service', deployState: 'unreleased', health: 'normal' };
const exampleDeps = ['database-service', 'cache-service'];

export const listServices: Operation = {
  tag: 'services',
  summary: 'Lists the services, by name, and who depends on whom.',
  description: 'Without `limit` all of them, as far as one answer holds them: past that it ends with `next`.',
  input: listServicesInput,
  answers: {
    200: {
      description: 'The services; `relation` has those that depend on others.',
      schema: z.extend(page(service), { relation: z.record(z.string(), z.array(serviceName)) }),
    },
  },
  refusals: [],
  example: {
    answer: {
      items: [{ name: 'user-service', deployState: 'deployed', health: 'normal', deps: ['database-service'] }],
      relation: { 'user-service': ['database-service'] },
    },
  },
};

export const createService: Operation = {
  tag: 'services',
  summary: 'Registers a service.',
  description: 'Dependencies may name services that are not registered yet.',
  input: createServiceInput,
  answers: { 201: { description: 'The service.', schema: service } },
  refusals: ['serviceExists', 'dependencyCycle'],
  example: {
    body: { name: 'user-service', deps: exampleDeps },
    answer: { ...exampleService, deps: exampleDeps },
  },
};

export const updateService: Operation = {
  tag: 'services',
  summary: 'Changes what a service depends on.',
  input: updateServiceInput,
  answers: { 200: { description: 'The service.', schema: service } },
  refusals: ['serviceNotFound', 'dependencyCycle'],
};

export const deleteService: Operation = {
  tag: 'services',
  summary: 'Deletes a service, with its versions and instances; the history of its deployments stays.',
  input: deleteServiceInput,
  answers: { 200: { description: 'The name that is free now.', schema: z.object({ name: serviceName }) } },
  refusals: ['serviceNotFound', 'serviceHasDependents', 'serviceHasDeployments'],
};
