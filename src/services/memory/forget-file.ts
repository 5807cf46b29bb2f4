/**
 * What becomes of mappings when a file loses pages: they are taken out of every address space, so that the next access asks
 * the file again, which has a new page, or none (SIGBUS).
 *
 * All spaces are gone through, oldest first, each found anew by its tag in every step: spaces come and go meanwhile.
 */
import type { ViewOf } from '../../contracts/records.ts';
import { NEVER, type PhysicalAddress, type VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { AddressSpace, FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { entryFrame } from '../../kernel/page-table.ts';
import { memory } from './interface.ts';
import { letGo } from './pages.ts';
import { SpaceMap } from './records.ts';
import { Space, STEP_PAGES, serviceRecord } from './space.ts';

/** Adds a space to the list of all. */
export function enlistSpace(k: Kernel, address: PhysicalAddress): void {
  const root = serviceRecord(k);
  const { map } = AddressSpace.at(k.store, address);
  const view = SpaceMap.at(k.store, map);
  view.space = address;
  view.previousSpace = root.lastSpace;
  if (root.lastSpace === 0) root.firstSpace = map;
  else SpaceMap.at(k.store, root.lastSpace).nextSpace = map;
  root.lastSpace = map;
}

export function delistSpace(k: Kernel, { previousSpace, nextSpace }: ViewOf<typeof SpaceMap.schema>): void {
  const root = serviceRecord(k);
  if (previousSpace === 0) root.firstSpace = nextSpace;
  else SpaceMap.at(k.store, previousSpace).nextSpace = nextSpace;
  if (nextSpace === 0) root.lastSpace = previousSpace;
  else SpaceMap.at(k.store, nextSpace).previousSpace = previousSpace;
}

/** The first space whose tag is above another, or 0. Tags grow with every space that is made. */
function spaceAfter(k: Kernel, tag: number): PhysicalAddress {
  if (k.serviceRoot('memory') === 0) return 0;
  for (let map = serviceRecord(k).firstSpace; map !== 0; ) {
    const { space, nextSpace } = SpaceMap.at(k.store, map);
    if (AddressSpace.at(k.store, space).tag > tag) return space;
    map = nextSpace;
  }
  return 0;
}

interface ForgetFrame {
  readonly file: number;
  readonly from: number;
  readonly to: number;
  readonly copies: number;
  /** Tag of the last space that is done, and the address from which the next one is to be looked at. */
  tag: number;
  at: number;
}

/** Takes mapped pages of [start, end) out; those of the program's own only when `copies` says so. */
function takeOut(space: Space, f: ForgetFrame, start: VirtualAddress, end: VirtualAddress): VirtualAddress {
  return space.tables.scan(space.table.root, start, end, STEP_PAGES, (address, place, entry) => {
    const frame = entryFrame(entry);
    if (f.copies === 0 && space.k.frames.at(frame).use === FrameUse.anonymous) return;
    space.tables.clear(space.table, address, place);
    letGo(space, frame);
  });
}

/** Goes on in a space. True when all of it is done. */
function forgetIn(space: Space, f: ForgetFrame): boolean {
  for (const region of space.regionsIn(f.at, NEVER)) {
    const { backing, offset, end } = space.region(region);
    if (backing === 0 || space.backing(backing).file !== f.file) continue;
    const start = space.start(region);
    const first = Math.max(f.at, start + Math.max(0, f.from - offset));
    const last = Math.min(end, start + Math.max(0, f.to - offset));
    if (first >= last) continue;
    f.at = takeOut(space, f, first, last);
    if (f.at < last) return false;
  }
  return true;
}

export const forgetFileOperation: Operation = operation(memory.forgetFile, ['tag', 'at'], {
  begin(k, f) {
    const address = spaceAfter(k, f.tag);
    if (address === 0) return k.done();
    const space = new Space(k, address);
    if (space.mustWait) return space.wait('begin');
    if (!forgetIn(space, f)) return k.goto('begin');
    f.tag = space.table.tag;
    f.at = 0;
    return k.goto('begin');
  },
});
