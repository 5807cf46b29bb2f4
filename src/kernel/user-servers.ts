/**
 * Servers that run a program of RISC-V code in the address space of their domain, rather than steps.
 *
 * Such a server's threads are made as others are, and requests reach them in the same way, as a frame on their kernel stack.
 * The first step of every operation gives the request to the program (user-server-service.ts); from then on the thread runs
 * the program, its frame marked with MessageState.program, until it traps. A trap is a server call (user-server-calls.ts), or
 * the server's end. The program is loaded at the first request, and again after a death; each thread has a stack of its own.
 */
import { Access, type AccessKind, TrapCause } from '../contracts/machine.ts';
import type { ViewOf } from '../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { AddressSpace, Domain, FrameUse, MessageState, Port, UserServer } from './objects.ts';
import { PageTables, type TableSpace } from './page-table.ts';
import type { ServerImage } from './user-server-image.ts';

/** Where a server's memory begins, and its stacks end: each of STACK_PAGES pages, with one page that is never there below. */
const FIRST_MEMORY = 0x1000_0000;
const LAST_STACK = 0xf000_0000;
const STACK_PAGES = 6;
/** Registers by their numbers in a context. */
const STACK_POINTER = 2;
const WRITABLE = 3;

export type UserServerView = ViewOf<typeof UserServer.schema>;

/** A server has done what no server may: its end, with what it was. */
export class WildServer extends Error {}

/** Gives the executing server's thread back to its program. */
export function resumeProgram(k: Kernel): void {
  k.stack.at(k.threads.observe(k.executor).frame).message = MessageState.program;
}

/** What a server's program has trapped for: undefined for a server call, else why it ends. */
export function takeServerTrap(k: Kernel, thread: PhysicalAddress): string | undefined {
  k.stack.at(k.threads.observe(thread).frame).message = MessageState.none;
  const { cause, valueLow, valueHigh } = k.processor.trap;
  const context = k.threads.context(thread);
  if (cause === TrapCause.userCall) {
    context.pc += 4;
    return undefined;
  }
  const value = (valueHigh * 2 ** 32 + valueLow).toString(16);
  return `exception ${cause} at 0x${context.pc.toString(16)}, value 0x${value}`;
}

/** Time of a program is the program's; that of a server's is spent in the system, for whoever asked. */
export function countServersProgram(k: Kernel, thread: PhysicalAddress, cycles: number): void {
  const view = k.threads.observe(thread);
  view.cyclesKernel += cycles;
  if (view.requester !== 0) k.threads.observe(view.requester).cyclesKernel += cycles;
}

/** The UserServer record of a domain, made on first use; undefined when there is no memory for it. */
export function userServerOf(k: Kernel, domain: PhysicalAddress): UserServerView | undefined {
  const port = Port.at(k.meter.observer, Domain.at(k.meter.observer, domain).port);
  if (port.program === 0) port.program = k.slab.allocate(k.domainOfPlan(1), UserServer.size);
  return port.program === 0 ? undefined : UserServer.at(k.meter.observer, port.program);
}

export function tablesOf(k: Kernel): PageTables {
  return new PageTables(k.store, k.frames, k.processor);
}

/** The address space of a domain as page tables know it; the tables are the kernel's. */
export function tableSpaceOf(k: Kernel, domain: PhysicalAddress): TableSpace {
  const { root, tag } = AddressSpace.at(k.meter.observer, spaceOf(k, domain));
  return { root, tag, owner: k.domainOfPlan(1) };
}

export function spaceOf(k: Kernel, domain: PhysicalAddress): PhysicalAddress {
  return Domain.at(k.meter.observer, domain).space;
}

/** Puts a cleared frame of the domain behind a page of its program; 0 without memory. */
export function addPage(
  k: Kernel,
  domain: PhysicalAddress,
  address: VirtualAddress,
  use: (typeof FrameUse)[keyof typeof FrameUse],
  rights = WRITABLE,
): number {
  const frame = k.frames.allocate(domain, use);
  if (frame === 0) return 0;
  if (!tablesOf(k).map(tableSpaceOf(k, domain), address, frame, rights)) {
    k.frames.release(frame);
    return 0;
  }
  // By this a handle, a physical address, is known as the program's own pointer again.
  if (use === FrameUse.server) k.frames.at(frame).index = address / PAGE_SIZE;
  return frame;
}

/** The physical address behind an address of a server's program. Throws WildServer when there is none. */
export function locateIn(
  k: Kernel,
  domain: PhysicalAddress,
  address: VirtualAddress,
  access: AccessKind,
): PhysicalAddress {
  const found = address < 2 ** 32 ? k.locate(spaceOf(k, domain), address, access) : -1;
  if (found < 0) throw new WildServer(`it names address 0x${address.toString(16)}, where it has no memory`);
  return found;
}

/** Moves bytes between a server's program and an array of ours. */
export function loadBytes(
  k: Kernel,
  domain: PhysicalAddress,
  address: VirtualAddress,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const count = Math.min(PAGE_SIZE - ((address + at) % PAGE_SIZE), length - at);
    bytes.set(k.memory.bytes(locateIn(k, domain, address + at, Access.read), count), at);
    at += count;
  }
  return bytes;
}

export function storeBytes(
  k: Kernel,
  domain: PhysicalAddress,
  address: VirtualAddress,
  bytes: Uint8Array,
): void {
  for (let at = 0; at < bytes.length; ) {
    const count = Math.min(PAGE_SIZE - ((address + at) % PAGE_SIZE), bytes.length - at);
    k.memory.store(locateIn(k, domain, address + at, Access.write), bytes.subarray(at, at + count));
    at += count;
  }
}

/** Loads a program into a domain's address space. False when there is no memory. */
function load(k: Kernel, domain: PhysicalAddress, image: ServerImage): boolean {
  const tables = tablesOf(k);
  const space = AddressSpace.at(k.store, spaceOf(k, domain));
  if (space.root === 0) space.root = tables.create(k.domainOfPlan(1));
  if (space.root === 0) return false;
  for (const { address, bytes, memorySize, rights } of image.segments) {
    const first = Math.floor(address / PAGE_SIZE);
    const end = Math.ceil((address + memorySize) / PAGE_SIZE);
    for (let page = first; page < end; page++)
      if (k.locate(spaceOf(k, domain), page * PAGE_SIZE, Access.read) < 0)
        if (addPage(k, domain, page * PAGE_SIZE, FrameUse.anonymous, rights | 1) === 0) return false;
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(PAGE_SIZE - ((address + at) % PAGE_SIZE), bytes.length - at);
      const to = k.locate(spaceOf(k, domain), address + at, Access.read);
      k.memory.store(to, bytes.subarray(at, at + count));
      at += count;
    }
  }
  return true;
}

/** Makes the executing server's thread one that has a program to run. False when there is no memory. */
export function prepareServer(k: Kernel, image: ServerImage): boolean {
  const { executor } = k;
  const thread = k.threads.at(executor);
  const context = k.threads.context(executor);
  if (context.pc !== 0) return true;
  const { domain } = thread;
  const server = userServerOf(k, domain);
  if (server === undefined) return false;
  if (server.loaded === 0) {
    if (!load(k, domain, image)) return false;
    server.loaded = 1;
    server.entry = image.entry;
    server.nextStack = LAST_STACK;
    server.nextMemory = FIRST_MEMORY;
  }
  const top = server.nextStack;
  for (let page = 1; page <= STACK_PAGES; page++)
    if (addPage(k, domain, top - page * PAGE_SIZE, FrameUse.anonymous) === 0) return false;
  server.nextStack = top - (STACK_PAGES + 1) * PAGE_SIZE;
  context.clear();
  context.set(STACK_POINTER, top);
  context.pc = server.entry;
  thread.receiving = 0;
  return true;
}

/** A domain has died: its program's address space is empty again. Its frames are given back already. */
export function forgetProgram(k: Kernel, domain: PhysicalAddress): void {
  const port = Port.at(k.store, Domain.at(k.store, domain).port);
  if (port.program === 0) return;
  const space = AddressSpace.at(k.store, spaceOf(k, domain));
  const tables = tablesOf(k);
  const { root, tag } = space;
  if (root !== 0) tables.destroy(root);
  k.processor.forgetSpace(root, tag);
  space.root = tables.create(k.domainOfPlan(1));
  space.tag = k.root.nextTag;
  k.root.nextTag += 1;
  k.slab.release(port.program);
  port.program = 0;
}

/** A handle of a server's own record as others know it: where it lies in physical memory. */
export function handleOf(k: Kernel, domain: PhysicalAddress, pointer: VirtualAddress): PhysicalAddress {
  if (pointer === 0) return 0;
  const handle = locateIn(k, domain, pointer, Access.read);
  if (k.frames.at(Math.floor(handle / PAGE_SIZE)).use !== FrameUse.server)
    throw new WildServer(`it gives 0x${pointer.toString(16)} for a handle, which is none of its records`);
  return handle;
}

/** The pointer by which a server's program knows a handle that it has given out. */
export function pointerOf(k: Kernel, domain: PhysicalAddress, handle: PhysicalAddress): VirtualAddress {
  const frame = Math.floor(handle / PAGE_SIZE);
  if (handle === 0 || k.frames.ownerOf(handle) !== domain) return 0;
  const view = k.frames.at(frame);
  return view.use === FrameUse.server ? view.index * PAGE_SIZE + (handle % PAGE_SIZE) : 0;
}
