/**
 * What a server's program asks of the kernel: numbers 4200 to 4299 in a7, as programs/servers/include/server.h declares them.
 *
 * Each call is a trap, and what it moves or makes is charged as for any other server: bytes of a span go through the gate that
 * joins the server to the span's owner. A call that names what is not the server's own is its end (WildServer). Results are
 * in a0; errors are negative numbers.
 */
import { Primitive } from '../contracts/accounting.ts';
import { ErrorNumber } from '../contracts/errors.ts';
import { Access } from '../contracts/machine.ts';
import type { LowerLayer, OutsideAttributes } from '../contracts/outside.ts';
import { OutsideError } from '../contracts/outside.ts';
import type { Span } from '../contracts/service.ts';
import { PAGE_SIZE, type VirtualAddress } from '../contracts/units.ts';
import { forgetKeepsake, keep, LONGEST_KEEPSAKE } from './keepsakes.ts';
import type { Kernel } from './kernel.ts';
import { AddressSpace, FrameUse, KernelRoot, UserServer } from './objects.ts';
import {
  addPage,
  handleOf,
  loadBytes,
  locateIn,
  spaceOf,
  storeBytes,
  tableSpaceOf,
  tablesOf,
  type UserServerView,
  userServerOf,
  WildServer,
} from './user-servers.ts';

export const ServerCall = {
  receive: 4200,
  reply: 4201,
  copyOut: 4202,
  copyIn: 4203,
  supply: 4204,
  ask: 4205,
  wait: 4206,
  wake: 4207,
  grow: 4208,
  pageMake: 4209,
  pageDrop: 4210,
  pageHolders: 4211,
  layerAttributes: 4212,
  layerList: 4213,
  layerRead: 4214,
  layerLink: 4215,
  figures: 4216,
  log: 4217,
  keep: 4218,
  forget: 4219,
} as const;

/** A program's pages of files lie between these addresses. */
const PAGES = { start: 0x4000_0000, end: 0xc000_0000 } as const;
/** Pages that a server may ask for at once. */
const MOST_PAGES = 256;
const LONGEST_TEXT = 4096;
const LONGEST_LOG = 200;

/** Arguments of the call at hand, a0 to a5. */
export type Arguments = readonly number[];

/** A lower layer by the number that a mount has for it. */
function layerAt(layers: readonly LowerLayer[], number: number): LowerLayer {
  const layer = layers[number];
  if (layer === undefined) throw new WildServer(`it asks outside layer ${number}, which is not there`);
  return layer;
}

/** Asks the outside: one access to a device. A refusal is a negative error number. */
function outside<T>(k: Kernel, question: () => T): T | number {
  k.meter.charge(Primitive.deviceAccess, 1);
  try {
    return question();
  } catch (refusal) {
    if (refusal instanceof OutsideError) return -refusal.errorNumber;
    throw refusal;
  }
}

function chargeWords(k: Kernel, bytes: number): void {
  k.meter.charge(Primitive.wordCopied, Math.ceil(bytes / 8));
}

/** A byte string of the program's. */
function text(k: Kernel, address: VirtualAddress, length: number): Uint8Array {
  if (!(length >= 0 && length <= LONGEST_TEXT)) throw new WildServer(`it gives a text of ${length} bytes`);
  chargeWords(k, length);
  return loadBytes(k, k.domain, address, length);
}

/** Moves bytes of a span and memory of the program, as far as the span's pages are present. */
export function moveSpan(k: Kernel, span: Span, args: Arguments, out: boolean): number {
  const [, offset = 0, address = 0, length = 0] = args;
  if (!(offset >= 0 && length >= 0 && offset + length <= span.length))
    throw new WildServer(`it moves bytes ${offset} to ${offset + length} of a span of ${span.length}`);
  let moved = 0;
  while (moved < length) {
    const count = Math.min(PAGE_SIZE - ((address + moved) % PAGE_SIZE), length - moved);
    const local = locateIn(k, k.domain, address + moved, out ? Access.read : Access.write);
    const part = out
      ? k.toSpan(span, offset + moved, local, count)
      : k.fromSpan(span, offset + moved, local, count);
    moved += part;
    if (part < count) break;
  }
  return moved;
}

function serverHere(k: Kernel): UserServerView {
  const server = userServerOf(k, k.domain);
  if (server === undefined) throw new WildServer('it has no memory');
  return server;
}

/** Wakes threads that sleep on an address of their program. */
function wakeSleepers(k: Kernel, [address = 0, limit = 0]: Arguments): number {
  const { sleepers } = serverHere(k);
  const found = [...k.waiting.sleepers(sleepers)].filter(({ word }) => word === address).slice(0, limit);
  for (const { thread } of found) k.rouse(thread, 0);
  return found.length;
}

/** The queue of a server's sleepers; undefined when the word is not what was expected any more. */
export function sleepersOn(k: Kernel, [address = 0, expected = 0]: Arguments): number | undefined {
  const at = locateIn(k, k.domain, address, Access.read);
  if (k.memory.u32[at >>> 2] !== expected >>> 0) return undefined;
  return serverHere(k).address + UserServer.offsets.sleepers;
}

/** More memory for the program's records; its address, or 0. */
function grow(k: Kernel, [pages = 0]: Arguments): number {
  if (!(pages > 0 && pages <= MOST_PAGES)) throw new WildServer(`it asks for ${pages} pages at once`);
  const server = serverHere(k);
  const start = server.nextMemory;
  for (let page = 0; page < pages; page++) {
    if (start + (page + 1) * PAGE_SIZE > PAGES.start) return 0;
    if (addPage(k, k.domain, start + page * PAGE_SIZE, FrameUse.server) === 0) return 0;
    server.nextMemory = start + (page + 1) * PAGE_SIZE;
  }
  return start;
}

function checkPage(address: VirtualAddress): void {
  if (address % PAGE_SIZE !== 0 || address < PAGES.start || address >= PAGES.end)
    throw new WildServer(`it keeps a page of a file at 0x${address.toString(16)}`);
}

/** A cleared page for a file's content at an address of the program's choice. 0, or ENOMEM negative. */
function makePage(k: Kernel, [address = 0]: Arguments): number {
  checkPage(address);
  if (k.locate(spaceOf(k, k.domain), address, Access.read) >= 0)
    throw new WildServer(`it has a page at 0x${address.toString(16)} already`);
  return addPage(k, k.domain, address, FrameUse.file) === 0 ? -ErrorNumber.ENOMEM : 0;
}

/** The frame of a page of a file. */
export function frameOf(k: Kernel, address: VirtualAddress): number {
  checkPage(address);
  return Math.floor(locateIn(k, k.domain, address, Access.read) / PAGE_SIZE);
}

/** The program gives a page back; mappings may keep it. */
function dropPage(k: Kernel, [address = 0]: Arguments): number {
  const frame = frameOf(k, address);
  tablesOf(k).unmap(tableSpaceOf(k, k.domain), address);
  k.frames.release(frame);
  return 0;
}

const KINDS: readonly OutsideAttributes['kind'][] = [
  'fifo',
  'character',
  'directory',
  'block',
  'file',
  'symlink',
  'socket',
];
const KIND_BITS: readonly number[] = [0o010000, 0o020000, 0o040000, 0o060000, 0o100000, 0o120000, 0o140000];

/** Writes struct outside_attributes: ten words. */
function layerAttributes(k: Kernel, layers: readonly LowerLayer[], args: Arguments): number {
  const [number = 0, path = 0, length = 0, into = 0] = args;
  const name = text(k, path, length);
  const found = outside(k, () => layerAt(layers, number).attributes(name));
  if (typeof found === 'number') return found;
  if (found === undefined) return -ErrorNumber.ENOENT;
  const kind = KIND_BITS[KINDS.indexOf(found.kind)] as number;
  const { deviceMajor: major, deviceMinor: minor } = found;
  const device = (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12);
  const words = [
    kind | (found.mode & 0o7777),
    found.user,
    found.group,
    found.size,
    found.modifiedSeconds,
    found.modifiedNanoseconds,
    device >>> 0,
    found.identity,
    found.links,
  ];
  const bytes = new Uint8Array(words.length * 8);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setUint32(index * 8, word >>> 0, true);
    view.setUint32(index * 8 + 4, Math.floor(word / 2 ** 32) >>> 0, true);
  });
  storeBytes(k, k.domain, into, bytes);
  chargeWords(k, bytes.length);
  return 0;
}

/** Names from number `first` on, each behind a byte that tells its length, as many as fit. Bytes, 0 behind the last. */
function layerList(k: Kernel, layers: readonly LowerLayer[], args: Arguments): number {
  const [number = 0, path = 0, length = 0, first = 0, into = 0, room = 0] = args;
  const directory = text(k, path, length);
  const names = outside(k, () => layerAt(layers, number).list(directory));
  if (typeof names === 'number') return names;
  const bytes = new Uint8Array(Math.min(room, LONGEST_TEXT));
  let used = 0;
  for (const name of names.slice(first)) {
    // What is too long for a name of ours is told as one without a length, and left out.
    const count = name.length > 255 ? 0 : name.length;
    if (used + 1 + count > bytes.length) break;
    bytes[used] = count;
    bytes.set(name.subarray(0, count), used + 1);
    used += 1 + count;
  }
  storeBytes(k, k.domain, into, bytes.subarray(0, used));
  chargeWords(k, used);
  return used;
}

/** Fills a part of one page of the program's from a file; bytes, or a negative error number. */
function layerRead(k: Kernel, layers: readonly LowerLayer[], args: Arguments): number {
  const [number = 0, path = 0, length = 0, offset = 0, into = 0, count = 0] = args;
  if ((into % PAGE_SIZE) + count > PAGE_SIZE) throw new WildServer('it reads a file across pages');
  const name = text(k, path, length);
  const local = locateIn(k, k.domain, into, Access.write);
  const read = outside(k, () => layerAt(layers, number).read(name, offset, k.memory.bytes(local, count)));
  if (read > count) return -ErrorNumber.EIO;
  if (read > 0) chargeWords(k, read);
  return read;
}

function layerLink(k: Kernel, layers: readonly LowerLayer[], args: Arguments): number {
  const [number = 0, path = 0, length = 0, into = 0, room = 0] = args;
  const name = text(k, path, length);
  const target = outside(k, () => layerAt(layers, number).link(name));
  if (typeof target === 'number') return target;
  if (target.length > room) return -ErrorNumber.ENAMETOOLONG;
  storeBytes(k, k.domain, into, target);
  chargeWords(k, target.length);
  return target.length;
}

/** Frames of the machine, and free ones, as two words. */
function figures(k: Kernel, [into = 0]: Arguments): number {
  const { frameCount, freeCount } = KernelRoot.at(k.meter.observer, k.rootAddress);
  const words = new Uint32Array([frameCount, 0, freeCount, 0]);
  storeBytes(k, k.domain, into, new Uint8Array(words.buffer));
  return 0;
}

function log(k: Kernel, [address = 0, length = 0]: Arguments): number {
  const bytes = text(k, address, Math.min(length, LONGEST_LOG));
  k.say(new TextDecoder().decode(bytes));
  return 0;
}

/** Keeps bytes for a record that was given out, so that it can be found again after the server's death. */
function keepFor(k: Kernel, [pointer = 0, address = 0, length = 0]: Arguments): number {
  const bytes = text(k, address, Math.min(length, LONGEST_KEEPSAKE));
  keep(k, handleOf(k, k.domain, pointer), bytes);
  return 0;
}

function forgetFor(k: Kernel, [pointer = 0]: Arguments): number {
  forgetKeepsake(k, handleOf(k, k.domain, pointer));
  return 0;
}

type Immediate = (k: Kernel, args: Arguments, layers: readonly LowerLayer[]) => number;

/** The calls that end at once, by number. */
const IMMEDIATE: { readonly [number: number]: Immediate } = {
  [ServerCall.wake]: wakeSleepers,
  [ServerCall.grow]: grow,
  [ServerCall.pageMake]: makePage,
  [ServerCall.pageDrop]: dropPage,
  [ServerCall.pageHolders]: (k, [address = 0]) => k.frames.at(frameOf(k, address)).references,
  [ServerCall.layerAttributes]: (k, args, layers) => layerAttributes(k, layers, args),
  [ServerCall.layerList]: (k, args, layers) => layerList(k, layers, args),
  [ServerCall.layerRead]: (k, args, layers) => layerRead(k, layers, args),
  [ServerCall.layerLink]: (k, args, layers) => layerLink(k, layers, args),
  [ServerCall.figures]: figures,
  [ServerCall.log]: log,
  [ServerCall.keep]: keepFor,
  [ServerCall.forget]: forgetFor,
};

/** Carries out a call that needs nobody else. Throws WildServer for one that there is not. */
export function immediateCall(
  k: Kernel,
  number: number,
  args: Arguments,
  layers: readonly LowerLayer[],
): number {
  const call = IMMEDIATE[number];
  if (call === undefined) throw new WildServer(`it makes server call ${number}, which there is not`);
  return call(k, args, layers);
}

/** The address space of the executing server as a span names it. */
export function ownSpace(k: Kernel): number {
  return AddressSpace.at(k.meter.observer, spaceOf(k, k.domain)).address;
}
