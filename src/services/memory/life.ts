/** The making and the end of address spaces. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { TranslationKind } from '../../contracts/machine.ts';
import { WINDOWS_START as REGIONS_END } from '../../contracts/page-table.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { releaseWindows } from '../../kernel/native/regions.ts';
import { AddressSpace, Domain, FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { PageTables } from '../../kernel/page-table.ts';
import { delistSpace, enlistSpace } from './forget-file.ts';
import { memory } from './interface.ts';
import { zap } from './pages.ts';
import { DEFAULT_TOP, WINDOW } from './placement.ts';
import { MemoryRoot, SpaceMap } from './records.ts';
import { Space, STEP_PAGES } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

/** Free frames kept for the kernel's own needs: reserve and minimum in a large machine, and their share of a small one. */
const RESERVE = 64;
const RESERVE_SHARE = 32;
const MINIMUM_SHARE = 4;

/** Makes the service's root when the first space is made. False when there is no memory. */
function ensureRoot(k: Kernel): boolean {
  if (k.serviceRoot('memory') !== 0) return true;
  const address = k.slab.allocate(k.domain, MemoryRoot.size);
  if (address === 0) return false;
  const frame = k.frames.allocate(k.domain, FrameUse.anonymous);
  if (frame === 0) {
    k.slab.release(address);
    return false;
  }
  const view = MemoryRoot.at(k.store, address);
  view.zeroFrame = frame;
  view.reserve = Math.min(RESERVE, Math.floor(k.root.frameCount / RESERVE_SHARE));
  view.minimum = Math.floor(view.reserve / MINIMUM_SHARE);
  k.setServiceRoot('memory', address);
  return true;
}

/** An empty space on a domain's account: its AddressSpace record, or 0 when there is no memory. */
export function makeSpace(k: Kernel, domain: PhysicalAddress): PhysicalAddress {
  if (!ensureRoot(k)) return 0;
  const address = k.slab.allocate(k.domain, AddressSpace.size);
  const map = k.slab.allocate(k.domain, SpaceMap.size);
  const tables = new PageTables(k.store, k.frames, k.processor);
  const root = address !== 0 && map !== 0 ? makeTables(k, tables, domain) : 0;
  if (root === 0) {
    if (map !== 0) k.slab.release(map);
    if (address !== 0) k.slab.release(address);
    return 0;
  }
  const view = AddressSpace.at(k.store, address);
  view.kind = TranslationKind.pageTable;
  view.root = root;
  view.tag = k.root.nextTag;
  view.map = map;
  k.root.nextTag += 1;
  k.holdDomain(domain);
  layOutMap(k, map, domain);
  enlistSpace(k, address);
  return address;
}

/** The root table of a space, with the window where the structure has one; 0 when there is no memory. */
function makeTables(k: Kernel, tables: PageTables, owner: PhysicalAddress): number {
  const root = tables.create(owner);
  if (root === 0 || k.structure.memory !== 'windowed') return root;
  if (tables.mapWindow({ root, tag: 0, owner }, WINDOW, k.memory.size)) return root;
  tables.destroy(root);
  return 0;
}

function layOutMap(k: Kernel, map: PhysicalAddress, domain: PhysicalAddress): void {
  const view = SpaceMap.at(k.store, map);
  view.domain = domain;
  view.mapTop = DEFAULT_TOP;
  view.searchTop = NEVER;
  view.stackLimit = NEVER;
  view.addressSpaceLimit = NEVER;
  view.dataLimit = NEVER;
}

export const createOperation: Operation = operation(memory.create, [], {
  begin(k, f) {
    const address = makeSpace(k, f.domain);
    return address === 0 ? k.fail(ErrorNumber.ENOMEM) : k.done(address);
  },
});

export const shareOperation: Operation = operation(memory.share, [], {
  begin(k, f) {
    SpaceMap.at(k.store, AddressSpace.at(k.store, f.space).map).others += 1;
    return k.done();
  },
});

/** Frees tables and records of a space without pages and regions. */
function forget(k: Kernel, address: PhysicalAddress): void {
  const { root, tag, map } = AddressSpace.at(k.store, address);
  k.processor.forgetSpace(root, tag);
  new PageTables(k.store, k.frames, k.processor).destroy(root);
  const view = SpaceMap.at(k.store, map);
  const { domain } = view;
  delistSpace(k, view);
  const owner = Domain.at(k.store, domain);
  if (owner.space === address) owner.space = 0;
  k.releaseDomain(domain);
  k.slab.release(map);
  k.slab.release(address);
}

export function destroyOperation(wiring: MemoryWiring): Operation {
  return operation(memory.destroy, ['cursor'], {
    begin(k, f) {
      const map = SpaceMap.at(k.store, AddressSpace.at(k.store, f.space).map);
      if (map.others === 0) return k.goto('clear');
      map.others -= 1;
      return k.done();
    },
    clear(k, f) {
      if (!releaseWindows(k, f.space, STEP_PAGES)) return k.goto('clear');
      f.cursor = zap(new Space(k, f.space), f.cursor, REGIONS_END, STEP_PAGES);
      return k.goto(f.cursor < REGIONS_END ? 'clear' : 'remove');
    },
    remove(k, f) {
      const space = new Space(k, f.space);
      for (let left = STEP_PAGES; left > 0; left--) {
        const region = space.tree.first();
        if (region === 0) return k.goto('released');
        space.remove(region);
      }
      return k.goto('remove');
    },
    released(k, f) {
      const node = new Space(k, f.space).takeCondemned();
      if (node !== 0) return k.call(wiring.backing.release, { node }, 'released');
      forget(k, f.space);
      return k.done();
    },
  });
}
