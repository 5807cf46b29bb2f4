/**
 * Pages in L4's messages: mapped to the receiver's window, or granted, so that the sender has them no longer.
 *
 * A page of the sender's own must first be its own alone: it is asked for as if it were to be written, and if that may not be, it
 * is mapped for reading.
 */

import { WINDOWS_START } from '../../contracts/page-table.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { entryFrame, entryRights } from '../page-table.ts';
import { type Flexpage, flexpageOf, place } from './flexpages.ts';
import type { IpcFrame } from './ipc.ts';
import { IpcResult } from './ipc-queues.ts';
import {
  addNode,
  findNode,
  isAbove,
  type NodeView,
  revoke,
  supersede,
  tableSpace,
  tablesOf,
} from './mappings.ts';
import type { IpcView } from './thread-numbers.ts';
import { supply } from './user.ts';

/** Pages of one message at most, and of one step. */
const MOST_PAGES = 256;
const STEP_PAGES = 16;
const WRITE = 2;
/** Pages that may be taken back to make room for one in a window; a page with more below it is refused. */
const REPLACED = 256;

/** What the kernel asks of the memory service when a page of a program's own is granted: it is to forget it. */
const owner = serviceInterface('memory', {
  advise: { space: 'number', address: 'number', length: 'number', advice: 'number' },
});
/** MADV_DONTNEED. */
const DO_NOT_NEED = 4;

/** How far a page of the sender's has been asked for. */
const Asked = { nothing: 0, forWriting: 1, forReading: 2 } as const;

interface Source {
  readonly frame: number;
  readonly rights: number;
  /** The page's node; undefined for an own page that was never mapped to anybody. */
  readonly node: NodeView | undefined;
}

/** What is at a page of a sender's space; undefined when nothing is present. */
function sourceAt(k: Kernel, space: PhysicalAddress, page: VirtualAddress): Source | undefined {
  const node = findNode(k, space, page);
  if (page >= WINDOWS_START)
    return node === undefined ? undefined : { frame: node.frame, rights: node.rights, node };
  const entry = tablesOf(k).lookup(tableSpace(k, space).root, page);
  const rights = entryRights(entry);
  if (rights === 0) return undefined;
  const frame = entryFrame(entry);
  if (node === undefined || node.frame === frame) return { frame, rights, node };
  // It is another page by now: what was mapped of the old one is nobody's.
  while (revoke(k, node, REPLACED) === REPLACED);
  return { frame, rights, node: undefined };
}

/** Maps one page. False when there is no memory, or the page may not go there. */
function mapOne(
  k: Kernel,
  from: { space: PhysicalAddress; page: VirtualAddress; source: Source },
  to: { space: PhysicalAddress; page: VirtualAddress; write: boolean },
): NodeView | undefined {
  const { frame, rights } = from.source;
  const there = findNode(k, to.space, to.page);
  if (there !== undefined) {
    if (from.source.node !== undefined && isAbove(k, there, from.source.node)) return undefined;
    if (revoke(k, there, REPLACED) === REPLACED) return undefined;
  }
  const own = from.source.node ?? addNode(k, from.space, from.page, frame, rights, 0);
  if (own === undefined) return undefined;
  const given = to.write ? rights : rights & ~WRITE;
  const made = addNode(k, to.space, to.page, frame, given, own.address);
  if (made === undefined) return undefined;
  k.frames.hold(frame);
  if (tablesOf(k).map(tableSpace(k, to.space), to.page, frame, given)) return made;
  revoke(k, made, 1);
  return undefined;
}

/** Maps what a sender's message names. The outcome of the step when there is more to do, else undefined. */
export function mapPages(
  k: Kernel,
  f: IpcFrame,
  sender: IpcView,
  receiver: IpcView,
): OutcomeNumber | undefined {
  const { sendPage, sendBase } = sender;
  if (sendPage === 0 || f.result !== IpcResult.success) return undefined;
  const sent = flexpageOf(sendPage);
  const window = flexpageOf(receiver.receivePage);
  const where = sent === undefined || window === undefined ? undefined : place(sent, window, sendBase);
  if (sent === undefined || where === undefined || where.size > MOST_PAGES * PAGE_SIZE) {
    f.result = IpcResult.notMapped;
    return undefined;
  }
  const spaces = { from: k.spaceOf(sender.thread), to: k.spaceOf(receiver.thread) };
  for (let left = STEP_PAGES; left > 0; left--) {
    if (f.pages * PAGE_SIZE >= where.size) return undefined;
    const ahead = mapNext(k, f, spaces, where, sent);
    if (ahead !== undefined || f.result !== IpcResult.success) return ahead;
  }
  return k.goto('work');
}

/** Maps the next page; what keeps it from that is in the frame's result. The outcome of the step when others have to do first. */
function mapNext(
  k: Kernel,
  f: IpcFrame,
  spaces: { from: PhysicalAddress; to: PhysicalAddress },
  where: { from: VirtualAddress; to: VirtualAddress },
  sent: Flexpage,
): OutcomeNumber | undefined {
  const offset = f.pages * PAGE_SIZE;
  const page = where.from + offset;
  const source = sourceAt(k, spaces.from, page);
  const ahead = page >= WINDOWS_START ? undefined : ask(k, f, spaces.from, page, source);
  if (ahead !== undefined) return ahead;
  if (source === undefined) {
    f.result = IpcResult.notMapped;
    return undefined;
  }
  const target = { space: spaces.to, page: where.to + offset, write: sent.write };
  const made = mapOne(k, { space: spaces.from, page, source }, target);
  if (made === undefined) {
    f.result = IpcResult.noMemory;
    return undefined;
  }
  f.pages += 1;
  f.asked = Asked.nothing;
  return sent.grant ? grant(k, spaces.from, page, spaces.to, made) : undefined;
}

/** Asks for a page of the sender's own until it has it as its own; undefined when there is nothing more to ask. */
function ask(
  k: Kernel,
  f: IpcFrame,
  space: PhysicalAddress,
  page: VirtualAddress,
  source: Source | undefined,
): OutcomeNumber | undefined {
  if (f.asked === Asked.nothing && ((source?.rights ?? 0) & WRITE) === 0) {
    f.asked = Asked.forWriting;
    return supply(k, space, page, 1, true, 'work');
  }
  if (f.asked !== Asked.forWriting || source !== undefined) return undefined;
  f.asked = Asked.forReading;
  return supply(k, space, page, 1, false, 'work');
}

/** A page that was mapped becomes the receiver's, and the sender loses it. */
function grant(
  k: Kernel,
  space: PhysicalAddress,
  page: VirtualAddress,
  to: PhysicalAddress,
  made: NodeView,
): OutcomeNumber {
  const before = findNode(k, space, page);
  if (before !== undefined) supersede(k, before, made);
  if (page >= WINDOWS_START) return k.goto('work');
  // A page that is others' too, as a file's is, stays on their account.
  if (k.frames.at(made.frame).owner === tableSpace(k, space).owner)
    k.frames.transfer(made.frame, tableSpace(k, to).owner);
  return k.call(owner.advise, { space, address: page, length: PAGE_SIZE, advice: DO_NOT_NEED }, 'work');
}
