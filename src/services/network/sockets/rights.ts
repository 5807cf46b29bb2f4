/** Rights on their way: numbers of the callers' that a message carries, and those that were lost with theirs. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { MOST_RIGHTS } from '../interface.ts';
import { Rights } from '../records.ts';
import { rootOf } from '../root.ts';

/** Room for so many rights, 0 when there is no memory. */
export function makeRights(k: Kernel, count: number): PhysicalAddress {
  const address = k.slab.allocate(k.domain, Rights.size + count * 4);
  if (address !== 0) Rights.at(k.store, address).count = count;
  return address;
}

/** Is this a number of rights that a message may carry? */
export function rightsError(count: number): number {
  return count > MOST_RIGHTS ? ErrorNumber.ETOOMANYREFS : 0;
}

/** Where the first right of a list is. */
export function firstRight(rights: PhysicalAddress): PhysicalAddress {
  return rights + Rights.size;
}

/** Rights whose message is lost wait here until their owner takes them back. */
export function loseRights(k: Kernel, rights: PhysicalAddress): void {
  const root = rootOf(k);
  Rights.at(k.store, rights).next = root.orphans;
  root.orphans = rights;
}

/** One of those that are lost, or 0. */
export function takeOrphan(k: Kernel): number {
  const root = rootOf(k);
  const { orphans } = root;
  if (orphans === 0) return 0;
  const rights = Rights.at(k.store, orphans);
  rights.count -= 1;
  const right = k.memory.read32(firstRight(orphans) + rights.count * 4);
  if (rights.count === 0) {
    root.orphans = rights.next;
    k.slab.release(orphans);
  }
  return right;
}
