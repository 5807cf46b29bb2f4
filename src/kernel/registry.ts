/**
 * The registry: which code implements which operation. Built once while a system is put together; it holds no state.
 *
 * Services and operations have numbers, in the order of registration, because frames in machine memory name them so.
 */
import type { OperationReference } from '../contracts/service.ts';
import type { Operation } from './operation.ts';

/** A service as code: its name, and its operations in the order of their numbers. */
export interface ServiceCode {
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** An operation with its place in the registry. */
export interface Registered {
  readonly operation: Operation;
  readonly serviceNumber: number;
  readonly operationNumber: number;
}

function nameOf(reference: OperationReference): string {
  return `${reference.service}.${reference.operation}`;
}

export class Registry {
  readonly services: readonly ServiceCode[];
  // cache: by the reference that a caller holds; interfaces declared apart may name one operation by several
  readonly #byReference = new Map<OperationReference, Registered>();
  // wiring: filled by the constructor and never changed
  readonly #byName = new Map<string, Registered>();
  readonly #byNumber: readonly (readonly Registered[])[];

  constructor(services: readonly ServiceCode[]) {
    this.services = services;
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
    const found = this.services.findIndex(({ name }) => name === service);
    if (found < 0) throw new Error(`no service is called '${service}' in this system`);
    return found;
  }

  find(reference: OperationReference): Registered {
    const known = this.#byReference.get(reference);
    if (known !== undefined) return known;
    const found = this.#byName.get(nameOf(reference));
    if (found === undefined) throw new Error(`no service of this system implements ${nameOf(reference)}`);
    this.#byReference.set(reference, found);
    return found;
  }

  at(service: number, operation: number): Operation {
    const found = this.#byNumber[service]?.[operation];
    if (found === undefined) throw new Error(`a frame names operation ${operation} of service ${service}`);
    return found.operation;
  }
}
