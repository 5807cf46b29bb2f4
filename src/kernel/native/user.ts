/**
 * The kernel's copies from and to the memory of a program that called it. What is not present is asked of the memory service:
 * a step that gets fewer bytes than it wanted ends in `supply` and is taken again.
 */
import { Access } from '../../contracts/machine.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import type { PhysicalAddress, VirtualAddress } from '../../contracts/units.ts';
import { moveDirectly } from '../gates/direct-copy.ts';
import type { Kernel } from '../kernel.ts';

/** What the kernel asks of whoever supplies pages, as that service declares it. */
const supplier = serviceInterface('memory', {
  supply: { space: 'number', address: 'number', length: 'number', access: 'number' },
});

function spanOf(space: PhysicalAddress, start: VirtualAddress, length: number) {
  return { space, start, length, rights: 3 };
}

/** Copies from a program's memory to the kernel's; returns the bytes that could be. */
export function copyIn(
  k: Kernel,
  space: PhysicalAddress,
  from: VirtualAddress,
  to: PhysicalAddress,
  length: number,
): number {
  return moveDirectly(k, spanOf(space, from, length), 0, to, length, false);
}

/** Copies from the kernel's memory to a program's. */
export function copyOut(
  k: Kernel,
  space: PhysicalAddress,
  to: VirtualAddress,
  from: PhysicalAddress,
  length: number,
): number {
  return moveDirectly(k, spanOf(space, to, length), 0, from, length, true);
}

/** Asks for pages of a space; the step `then` hears EFAULT when there are none. */
export function supply(
  k: Kernel,
  space: PhysicalAddress,
  address: VirtualAddress,
  length: number,
  writing: boolean,
  then: string,
): OutcomeNumber {
  return k.call(
    supplier.supply,
    { space, address, length, access: writing ? Access.write : Access.read },
    then,
  );
}
