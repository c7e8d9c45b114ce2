import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TaskName } from '../../functions/tasks.ts';
import type { Bundle } from '../bundle.ts';
import { type MachineName, machineNames, type Place } from '../place.ts';
import { substitutions, type WiredFunction } from '../wiring.ts';
import { Api } from './api/api.ts';
import { clusterNameOf } from './database.ts';
import type { Environment } from './environments.ts';
import { Functions } from './functions.ts';
import { Machine } from './machine.ts';
import { createMigration } from './migration.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { reconcileRegularly } from './reconciling.ts';

interface StatelessProps {
  readonly environment: Environment;
  readonly place: Place;
  readonly functions: readonly WiredFunction[];
  readonly bundles: readonly Bundle[];
}

/** What can be replaced at will: functions, the API, the state machines, the clock of the reconciler, and who watches them. */
export class StatelessStack extends Stack {
  readonly #environment: Environment;
  readonly #place: Place;
  readonly #functions: Functions;

  constructor(scope: Construct, id: string, { environment, place, functions, bundles }: StatelessProps) {
    super(scope, id, { description: 'Service Manager: its API, workflows and functions' });
    this.#environment = environment;
    this.#place = place;
    this.#functions = new Functions(this, environment, functions, bundles);

    this.#migrateFirst();
    const api = new Api(this, environment, place, this.#functions);
    for (const name of machineNames) this.#createMachine(name);
    reconcileRegularly(this, place, this.#functions.find('Reconcile').function);
    // Emulators that have no authorizers lack parts of this too.
    if (place.settings.access === 'closed') this.#watch(api);
  }

  /** New code finds the schema that it was written for. */
  #migrateFirst(): void {
    const migrate = this.#functions.find('Migrate');
    const migration = createMigration(this, migrate.function, this.#place.clusterArn, this.#environment);
    for (const each of this.#functions.all) if (each !== migrate) each.function.node.addDependency(migration);
  }

  /** A definition that names a new function goes live only after that function has. */
  #createMachine(name: MachineName): void {
    const machine = new Machine(this, this.#environment, this.#place, name);
    const tasks = Object.keys(substitutions(this.#place, name)) as TaskName[];
    machine.node.addDependency(...tasks.map(task => this.#functions.find(task).function));
  }

  #watch(api: Api): void {
    new Monitoring(this, this.#environment, {
      place: this.#place,
      functions: this.#functions,
      api,
      clusterName: this.#environment.database.kind === 'aurora' ? clusterNameOf(this.#environment) : undefined,
    });
  }
}
