/**
 * Faults in a region that shows a memory object: the page is asked of the object's pager, unless the kernel has it.
 *
 * Machines of this kind do not say which pages were written, so that a page is first mapped for reading, and the first store is a
 * fault that notes it.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { WINDOWS_START } from '../../contracts/page-table.ts';
import { type OutcomeNumber, serviceInterface, WakeReason } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { type Operation, operation } from '../operation.ts';
import { addNode, findNode, type NodeView, revoke, tableSpace, tablesOf } from './mappings.ts';
import { addPage, askPager, hasDied, objectAt, pageAt } from './memory-objects.ts';
import { PageState } from './records.ts';
import { regionOf, startOf } from './regions.ts';

const kernelInterface = serviceInterface('kernel', {
  /** Makes a page of a memory object present. EFAULT, EACCES, ENOMEM; EIO when its pager cannot give it. Value: 1. */
  objectFault: { space: 'number', address: 'number', access: 'number' },
});
export const { objectFault } = kernelInterface;

const READ = 1;
const WRITE = 2;
const NEEDS: { readonly [access: number]: number } = {
  [Access.read]: READ,
  [Access.write]: WRITE,
  [Access.execute]: 4,
};

/** Is an address in a region that shows a memory object? */
export function isObjectFault(k: Kernel, space: PhysicalAddress, address: VirtualAddress): boolean {
  if (address < WINDOWS_START || k.structure.native !== 'mach') return false;
  return (regionOf(k, space, address)?.object ?? 0) !== 0;
}

interface Wanted {
  readonly object: PhysicalAddress;
  readonly offset: number;
  /** The page's place in the space, and the rights that its region gives. */
  readonly place: VirtualAddress;
  readonly protection: number;
  readonly need: number;
}

type FaultFrame = { readonly space: number; readonly address: number; readonly access: number };

function wantedBy(k: Kernel, f: FaultFrame): Wanted | undefined {
  const region = regionOf(k, f.space, f.address);
  if (region === undefined || region.object === 0) return undefined;
  const place = f.address - (f.address % PAGE_SIZE);
  const { object, offset, protection } = region;
  return {
    object,
    offset: offset + place - startOf(k, f.space, region),
    place,
    protection,
    need: NEEDS[f.access] as number,
  };
}

/** Asks the pager once, and waits for what it does. */
function askAndWait(k: Kernel, wanted: Wanted, page: NodeView | undefined): OutcomeNumber {
  const object = objectAt(k, wanted.object);
  if (hasDied(k, object)) return k.fail(ErrorNumber.EFAULT);
  const kind = page === undefined ? 'data' : 'unlock';
  const noted = page ?? addPage(k, wanted.object, wanted.offset, 0);
  if (noted === undefined) return k.fail(ErrorNumber.ENOMEM);
  const asked = kind === 'data' ? PageState.requested : PageState.unlocking;
  if ((noted.rights & (PageState.requested | asked)) === 0) {
    if (!askPager(k, object, kind, wanted.offset, wanted.need)) return k.fail(ErrorNumber.ENOMEM);
    noted.rights |= asked;
  }
  return k.wait([object.waiters], NEVER, 'woken');
}

/** Maps a page that the kernel has. */
function mapPage(k: Kernel, space: PhysicalAddress, wanted: Wanted, page: NodeView): OutcomeNumber {
  const { place, protection, need } = wanted;
  if (need === WRITE) page.rights |= PageState.modified;
  const rights = protection & page.rights & PageState.allowed;
  const given = (page.rights & PageState.modified) !== 0 ? rights : rights & ~WRITE;
  const before = findNode(k, space, place);
  if (before !== undefined) revoke(k, before, Number.POSITIVE_INFINITY);
  const made = addNode(k, space, place, page.frame, given, page.address);
  if (made === undefined) return k.fail(ErrorNumber.ENOMEM);
  k.frames.hold(page.frame);
  if (tablesOf(k).map(tableSpace(k, space), place, page.frame, given)) return k.done(1);
  revoke(k, made, 1);
  return k.fail(ErrorNumber.ENOMEM);
}

export const objectFaultOperation: Operation = operation(objectFault, [], {
  begin(k, f) {
    const wanted = wantedBy(k, f);
    if (wanted === undefined) return k.fail(ErrorNumber.EFAULT);
    if ((wanted.protection & wanted.need) === 0) return k.fail(ErrorNumber.EACCES);
    const page = pageAt(k, wanted.object, wanted.offset);
    if (page !== undefined && (page.rights & PageState.failed) !== 0) {
      revoke(k, page, 1);
      return k.fail(ErrorNumber.EIO);
    }
    if (page === undefined || page.frame === 0 || (page.rights & wanted.need) === 0)
      return askAndWait(k, wanted, page);
    return mapPage(k, f.space, wanted, page);
  },
  /** A signal comes first; the program faults again when it goes on there. */
  woken: (k, _f, reply) => (reply.value === WakeReason.interrupted ? k.done(0) : k.goto('begin')),
});
