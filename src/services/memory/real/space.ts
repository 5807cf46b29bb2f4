/** A program's space in real memory, as the operations work with it, and the service's root. */
import { Primitive } from '../../../contracts/accounting.ts';
import { TranslationKind } from '../../../contracts/machine.ts';
import type { ViewOf } from '../../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { AddressSpace } from '../../../kernel/objects.ts';
import { Chain } from './chain.ts';
import { RealRoot, RealSpace } from './records.ts';

/** Pages worked on in one step. */
export const STEP_PAGES = 256;

export const pageUp = (address: number): number => Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;

/** The service's root, made with the chain when the first space is. Undefined when there is no memory. */
export function rootOf(k: Kernel): ViewOf<typeof RealRoot.schema> | undefined {
  const known = k.serviceRoot('memory');
  if (known !== 0) return RealRoot.at(k.store, known);
  const address = k.slab.allocate(k.domain, RealRoot.size);
  if (address === 0) return undefined;
  k.setServiceRoot('memory', address);
  const root = RealRoot.at(k.store, address);
  root.tag = k.root.nextTag;
  k.root.nextTag += 1;
  new Chain(k).begin();
  return root;
}

export function realSpace(k: Kernel, space: PhysicalAddress): ViewOf<typeof RealSpace.schema> {
  return RealSpace.at(k.store, AddressSpace.at(k.store, space).map);
}

/** A space without blocks: its AddressSpace record, or 0 when there is no memory. */
export function makeSpace(k: Kernel): PhysicalAddress {
  const root = rootOf(k);
  const address = k.slab.allocate(k.domain, AddressSpace.size);
  const map = k.slab.allocate(k.domain, RealSpace.size);
  if (root === undefined || address === 0 || map === 0) {
    if (map !== 0) k.slab.release(map);
    if (address !== 0) k.slab.release(address);
    return 0;
  }
  const view = AddressSpace.at(k.store, address);
  view.kind = TranslationKind.physical;
  view.tag = root.tag;
  view.map = map;
  return address;
}

/** Clears memory for a program. */
export function clear(k: Kernel, start: PhysicalAddress, end: PhysicalAddress): void {
  if (end <= start) return;
  k.memory.clear(start, end - start);
  k.meter.charge(Primitive.wordCleared, (end - start) / 8);
}

/** Copies a page, or the first bytes of one. */
export function copyPage(k: Kernel, to: PhysicalAddress, from: PhysicalAddress): void {
  k.memory.copy(to, from, PAGE_SIZE);
  k.meter.charge(Primitive.wordCopied, PAGE_SIZE / 8);
  k.countCopy(PAGE_SIZE);
}

/** Notes how much a space has, for its peak. */
export function noteSize(k: Kernel, space: PhysicalAddress): void {
  const view = realSpace(k, space);
  const bytes = bytesOf(k, space);
  if (bytes > view.peakBytes) view.peakBytes = bytes;
}

export function bytesOf(k: Kernel, space: PhysicalAddress): number {
  return new Chain(k).ownedBy(space).reduce((sum, { start, end }) => sum + end - start, 0);
}
