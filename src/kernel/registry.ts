/**
 * The registry: which code implements which operation. Built once while a system is put together; it holds no state.
 *
 * Services and operations have numbers, in the order of registration, because frames in machine memory name them so.
 */
import type { OperationReference } from '../contracts/service.ts';
import type { Kernel } from './kernel.ts';
import type { Operation } from './operation.ts';

/** A service as code: its name, and its operations in the order of their numbers. */
export interface ServiceCode {
  readonly name: string;
  readonly operations: readonly Operation[];
  /** What it does when its server was made again after a death. A service without it cannot go on after that. */
  readonly revival?: Revival;
}

/** How a service begins anew with what is durable. */
export interface Revival {
  /** What was volatile and is lost, for people. */
  readonly lost: string;
  /** Makes its root record, if it must be there from the beginning. */
  readonly boot?: (k: Kernel) => void;
}

/** An operation with its place in the registry. */
export interface Registered {
  readonly operation: Operation;
  readonly serviceNumber: number;
  readonly operationNumber: number;
}

const nameOf = ({ service, operation }: OperationReference): string => `${service}.${operation}`;

export class Registry {
  readonly services: readonly ServiceCode[];
  readonly #numbers: ReadonlyMap<string, number>;
  // wiring: filled by the constructor and never changed; by service and operation, as a reference names them
  readonly #byName = new Map<string, Registered>();
  readonly #byNumber: readonly (readonly Registered[])[];

  constructor(services: readonly ServiceCode[]) {
    this.services = services;
    this.#numbers = new Map(services.map(({ name }, number) => [name, number]));
    this.#byNumber = services.map((service, serviceNumber) =>
      service.operations.map((operation, operationNumber) => {
        const registered = { operation, serviceNumber, operationNumber };
        const name = nameOf(operation.reference);
        if (this.#byName.has(name)) throw new Error(`${name} is implemented twice`);
        this.#byName.set(name, registered);
        return registered;
      }),
    );
  }

  number(service: string): number {
    const found = this.#numbers.get(service);
    if (found === undefined) throw new Error(`no service is called '${service}' in this system`);
    return found;
  }

  /** Who implements an operation. Two references to it, of its service and of who asks for such a service, are as good. */
  find(reference: OperationReference): Registered {
    const found = this.#byName.get(nameOf(reference));
    if (found === undefined) throw new Error(`no service of this system implements ${nameOf(reference)}`);
    return found;
  }

  at(service: number, operation: number): Operation {
    const found = this.#byNumber[service]?.[operation];
    if (found === undefined) throw new Error(`a frame names operation ${operation} of service ${service}`);
    return found.operation;
  }
}
