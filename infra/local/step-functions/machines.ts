import { createHash, randomUUID } from 'node:crypto';
import { machineArn, type Place, requireArn } from './arn.ts';
import { describeInvalidDefinition, validateDefinition, type WorkflowType } from './definition/validate.ts';
import { machineDoesNotExist, ServiceError } from './errors.ts';
import { type Machine, parseDefinition } from './interpreter/definition.ts';
import { requireName } from './names.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  /** Milliseconds since 1970. */
  readonly creationDate: number;
  readonly updateDate: number;
  /** Of the last update; none before the first. */
  readonly revisionId?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MachineSource {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: WorkflowType;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The state machines of the account. */
export class StateMachines {
  readonly #place: Place;
  readonly #machines = new Map<string, StateMachine>();
  readonly #parsed = new Map<string, Machine>();
  readonly #onChange: () => void;

  constructor(place: Place, onChange: () => void = () => undefined) {
    this.#place = place;
    this.#onChange = onChange;
  }

  get all(): readonly StateMachine[] {
    return [...this.#machines.values()];
  }

  restore(machines: readonly StateMachine[]): void {
    for (const machine of machines) this.#machines.set(machine.arn, machine);
  }

  /** @throws StateMachineAlreadyExists unless it is the same in all respects; InvalidName, InvalidDefinition */
  create({ type, ...source }: MachineSource): StateMachine {
    requireName(source.name);
    requireValid(source.definition, type);
    if (type === 'EXPRESS') {
      throw new ServiceError('StateMachineTypeNotSupported', 'Express workflows are not supported by this endpoint.');
    }
    const arn = machineArn(this.#place, source.name);
    const existing = this.#machines.get(arn);
    if (existing) {
      if (existing.definition === source.definition && existing.roleArn === source.roleArn) return existing;
      throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const now = Date.now();
    return this.#set({ tags: {}, ...source, arn, creationDate: now, updateDate: now });
  }

  /** @throws StateMachineDoesNotExist, InvalidDefinition */
  update(arn: string, changes: { readonly definition?: string; readonly roleArn?: string }): StateMachine {
    const machine = this.require(arn);
    if (changes.definition === undefined && changes.roleArn === undefined) {
      throw new ServiceError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    }
    if (changes.definition !== undefined) requireValid(changes.definition);
    const { definition = machine.definition, roleArn = machine.roleArn } = changes;
    if (definition === machine.definition && roleArn === machine.roleArn) return machine;
    return this.#set({ ...machine, ...changes, updateDate: Date.now(), revisionId: randomUUID() });
  }

  tag(arn: string, tags: Readonly<Record<string, string>>): void {
    this.#set({ ...this.require(arn), tags });
  }

  delete(arn: string): void {
    requireArn(arn);
    if (this.#machines.delete(arn)) this.#onChange();
  }

  /** @throws InvalidArn, StateMachineDoesNotExist */
  require(arn: string): StateMachine {
    const machine = this.#machines.get(requireArn(arn));
    if (!machine) throw machineDoesNotExist(arn);
    return machine;
  }

  arnOf(name: string): string {
    return machineArn(this.#place, name);
  }

  /** The parsed form, the same object for the same text. */
  parse(definition: string): Machine {
    const key = createHash('sha256').update(definition).digest('base64');
    const known = this.#parsed.get(key);
    if (known) return known;
    const machine = parseDefinition(definition);
    this.#parsed.set(key, machine);
    return machine;
  }

  #set(machine: StateMachine): StateMachine {
    this.#machines.set(machine.arn, machine);
    this.#onChange();
    return machine;
  }
}

function requireValid(definition: string, type?: WorkflowType): void {
  const fault = describeInvalidDefinition(validateDefinition(definition, type));
  if (fault !== undefined) throw new ServiceError('InvalidDefinition', fault);
}
