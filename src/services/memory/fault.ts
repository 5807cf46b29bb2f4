/**
 * Faults: making pages present, with the help of files and, when memory is short, of whoever can spare some.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access, type AccessKind } from '../../contracts/machine.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from './interface.ts';
import { installFilePage, makePresent, NEEDS_FILE, PRESENT } from './presence.ts';
import { RegionFlag } from './records.ts';
import {
  afterLastResort,
  afterReclaim,
  askReserve,
  noteReserve,
  shortage,
  wantsReserve,
} from './shortage.ts';
import { pageDown, Space } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

/** Bytes that one `supply` makes present at most. */
const SUPPLY_LIMIT = 16 * PAGE_SIZE;

/** Fields of a fault's frame. `node` and `index` name the file's page that was asked for. */
interface FaultFrame {
  readonly space: number;
  readonly address: number;
  readonly access: number;
  node: number;
  index: number;
  /** 1 when the page had to be read from outside. */
  read: number;
}

/** The file and the page in it behind an address of a region. */
function filePage(space: Space, region: PhysicalAddress, address: number): { node: number; index: number } {
  const { backing, offset } = space.region(region);
  const index = (offset + (address - space.start(region))) / PAGE_SIZE;
  return { node: space.backing(backing).file, index };
}

function askFile(k: Kernel, f: FaultFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const address = pageDown(f.address);
  const region = space.find(address);
  const { node, index } = filePage(space, region, address);
  f.node = node;
  f.index = index;
  const shared = (space.region(region).flags & RegionFlag.shared) !== 0;
  const write = shared && f.access === Access.write ? 1 : 0;
  return k.call(wiring.backing.page, { node, index, write }, 'supplied');
}

function attempt(k: Kernel, f: FaultFrame, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  if (space.mustWait) return space.wait('begin');
  if (wantsReserve(k, wiring)) return askReserve(k, wiring, 'reserved');
  return conclude(k, f, space, makePresent(space, f.address, f.access as AccessKind), wiring);
}

function conclude(
  k: Kernel,
  f: FaultFrame,
  space: Space,
  presence: number,
  wiring: MemoryWiring,
): OutcomeNumber {
  if (presence === PRESENT) return k.done(f.read);
  if (presence === NEEDS_FILE) return askFile(k, f, space, wiring);
  if (presence === ErrorNumber.ENOMEM) return shortage(k, space.table.owner, space.address, wiring);
  return k.fail(presence);
}

/** The file's page has come; meanwhile the space may have changed, so that the fault may have to begin again. */
function takePage(k: Kernel, f: FaultFrame, frame: number, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  const address = pageDown(f.address);
  const region = space.mustWait ? 0 : space.find(address);
  if (region === 0 || !stillWanted(space, region, address, f)) {
    k.frames.release(frame);
    return k.goto('begin');
  }
  return conclude(
    k,
    f,
    space,
    installFilePage(space, region, address, frame, f.access as AccessKind),
    wiring,
  );
}

/** Would the fault still ask for the same page of the same file? */
function stillWanted(space: Space, region: PhysicalAddress, address: number, f: FaultFrame): boolean {
  if (space.region(region).backing === 0) return false;
  const { node, index } = filePage(space, region, address);
  if (node !== f.node || index !== f.index) return false;
  return makePresent(space, address, f.access as AccessKind) === NEEDS_FILE;
}

/** The kernel's pager interface. */
export function faultOperation(wiring: MemoryWiring): Operation {
  return operation(memory.fault, ['node', 'index', 'read'], {
    begin: (k, f) => attempt(k, f, wiring),
    reserved(k, f, reply) {
      noteReserve(k, reply);
      return attempt(k, f, wiring);
    },
    supplied(k, f, reply) {
      if (reply.error === ErrorNumber.ENOMEM) {
        const { owner } = new Space(k, f.space).table;
        return shortage(k, owner, f.space, wiring);
      }
      if (reply.error !== 0) return k.fail(reply.error);
      f.read = reply.second;
      return takePage(k, f, reply.value, wiring);
    },
    reclaimed: (k, f, reply) => afterReclaim(k, reply, f.space, wiring, 'begin'),
    spared: (k, _f, reply) => afterLastResort(k, reply, 'begin'),
  });
}

/** Pages for a copy to or from user memory. `at` counts the bytes from `address` on that are present. */
export const supplyOperation: Operation = operation(memory.supply, ['at'], {
  begin(k, f) {
    const space = new Space(k, f.space);
    if (space.mustWait) return space.wait('begin');
    return supplyMore(k, f, space);
  },
  filled(k, f, reply) {
    if (reply.error !== 0) return f.at > 0 ? k.done(f.at) : k.fail(ErrorNumber.EFAULT);
    return k.goto('begin');
  },
});

function supplyMore(
  k: Kernel,
  f: { space: number; address: number; length: number; access: number; at: number },
  space: Space,
): OutcomeNumber {
  const wanted = Math.min(f.length, SUPPLY_LIMIT);
  while (f.at < wanted) {
    const address = f.address + f.at;
    const presence = makePresent(space, address, f.access as AccessKind);
    if (presence === NEEDS_FILE || presence === ErrorNumber.ENOMEM)
      return k.call(memory.fault, { space: f.space, address, access: f.access }, 'filled');
    if (presence !== PRESENT) break;
    f.at = Math.min(wanted, f.at + PAGE_SIZE - (address % PAGE_SIZE));
  }
  return f.at > 0 || wanted === 0 ? k.done(f.at) : k.fail(ErrorNumber.EFAULT);
}
