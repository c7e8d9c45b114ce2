import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { TaskName } from '../../functions/tasks.ts';
import type { Bundle } from '../bundle.ts';
import { type MachineName, machineNames, type Place } from '../place.ts';
import { type FunctionID, substitutions, type WiredFunction } from '../wiring.ts';
import { createRestApi } from './api/rest-api.ts';
import type { Environment } from './environments.ts';
import { Machine } from './machine.ts';
import { createMigration } from './migration.ts';
import { reconcileRegularly } from './reconciling.ts';
import { WiredLambda } from './wired-lambda.ts';

interface StatelessProps {
  readonly environment: Environment;
  readonly place: Place;
  readonly functions: readonly WiredFunction[];
  readonly bundles: readonly Bundle[];
}

/** What can be replaced at will: functions, the API, the state machines, and the clock of the reconciler. */
export class StatelessStack extends Stack {
  readonly #functions: ReadonlyMap<FunctionID, IFunction>;

  constructor(scope: Construct, id: string, { environment, place, functions, bundles }: StatelessProps) {
    super(scope, id, { description: 'Service Manager: its API, workflows and functions' });
    const bundleOf = new Map(bundles.map(bundle => [bundle.id, bundle]));
    this.#functions = new Map(
      functions.map(wired => {
        const bundle = bundleOf.get(wired.id);
        if (!bundle) throw new Error(`The function ${wired.id} has no bundle.`);
        return [wired.id, new WiredLambda(this, environment, wired, bundle).function];
      }),
    );

    this.#migrateFirst(environment);
    createRestApi(this, environment, place, id => this.#findFunction(id));
    for (const name of machineNames) this.#createMachine(environment, place, name);
    reconcileRegularly(this, place, this.#findFunction('Reconcile'));
  }

  /** New code finds the schema that it was written for. */
  #migrateFirst({ allowsDestructiveMigrations }: Environment): void {
    const migrate = this.#findFunction('Migrate');
    const migration = createMigration(this, migrate, allowsDestructiveMigrations);
    for (const each of this.#functions.values()) if (each !== migrate) each.node.addDependency(migration);
  }

  /** A definition that names a new function goes live only after that function has. */
  #createMachine(environment: Environment, place: Place, name: MachineName): void {
    const machine = new Machine(this, environment, place, name);
    machine.node.addDependency(
      ...Object.keys(substitutions(place, name)).map(task => this.#findFunction(task as TaskName)),
    );
  }

  #findFunction(id: FunctionID): IFunction {
    const found = this.#functions.get(id);
    if (!found) throw new Error(`There is no function ${id}.`);
    return found;
  }
}
