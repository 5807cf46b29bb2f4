/**
 * How a message lies in memory: Mach's header, and for a complex one a count and descriptors of the rights that it carries.
 *
 * All words have 32 bits. While a message is in the kernel, a descriptor's name is the address of its port, and its disposition
 * the type of the right.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { NameType, QueuedMessage } from './records.ts';

/** Byte offsets in the header. */
export const Header = { bits: 0, size: 4, remote: 8, local: 12, sequence: 16, id: 20 } as const;
export const HEADER_BYTES = 24;
export const COMPLEX = 0x8000_0000;

const DESCRIPTOR_BYTES = 12;
const FIRST_DESCRIPTOR = HEADER_BYTES + 4;
/** The only kind there is: a port (MACH_MSG_PORT_DESCRIPTOR). */
const PORT_DESCRIPTOR = 0;
const KINDS_OFFSET = 8;

/** Bytes of a message at most: what fits one slab object with its record. */
export const LARGEST_MESSAGE = 2048 - QueuedMessage.size;

/** What programs may ask to be done with a right, as MACH_MSG_TYPE_*; the first three are also what a receiver is told. */
export const Disposition = {
  moveReceive: 16,
  moveSend: 17,
  moveSendOnce: 18,
  copySend: 19,
  makeSend: 20,
  makeSendOnce: 21,
} as const;

/** What a receiver is told of a right of a NameType. */
export function dispositionOf(type: number): number {
  if (type === NameType.receive) return Disposition.moveReceive;
  return type === NameType.send ? Disposition.moveSend : Disposition.moveSendOnce;
}

/** The address of a message's bytes in the kernel. */
export function bytesOf(message: PhysicalAddress): PhysicalAddress {
  return message + QueuedMessage.size;
}

/** A word of a message's header. */
export function headerWord(k: Kernel, message: PhysicalAddress, offset: number): number {
  return k.memory.u32[(bytesOf(message) + offset) >>> 2] as number;
}

export function setHeaderWord(k: Kernel, message: PhysicalAddress, offset: number, value: number): void {
  k.memory.write32(bytesOf(message) + offset, value);
}

/** A descriptor that a message's count says is there: its place, or 0 when the message is too short for it. */
export function descriptorAt(k: Kernel, message: PhysicalAddress, index: number): PhysicalAddress {
  const { size } = QueuedMessage.at(k.store, message);
  const offset = FIRST_DESCRIPTOR + index * DESCRIPTOR_BYTES;
  return offset + DESCRIPTOR_BYTES > size ? 0 : bytesOf(message) + offset;
}

/** The number of descriptors that a program says there are. */
export function claimedDescriptors(k: Kernel, message: PhysicalAddress): number {
  if (headerWord(k, message, Header.bits) < COMPLEX) return 0;
  const { size } = QueuedMessage.at(k.store, message);
  return size < FIRST_DESCRIPTOR ? Number.POSITIVE_INFINITY : headerWord(k, message, HEADER_BYTES);
}

/** A descriptor's disposition, or -1 when it is of another kind than a port's. */
export function dispositionAt(k: Kernel, descriptor: PhysicalAddress): number {
  const kinds = k.memory.u32[(descriptor + KINDS_OFFSET) >>> 2] as number;
  return kinds >>> 24 === PORT_DESCRIPTOR ? (kinds >>> 16) & 0xff : -1;
}

export function writeDescriptor(
  k: Kernel,
  descriptor: PhysicalAddress,
  word: number,
  disposition: number,
): void {
  k.memory.write32(descriptor, word);
  k.memory.write32(descriptor + KINDS_OFFSET, ((PORT_DESCRIPTOR << 24) | (disposition << 16)) >>> 0);
}

/** Writes where the page of a message's only descriptor was put: the low word, and 16 bits of the high one beside the kinds. */
export function writePlace(k: Kernel, message: PhysicalAddress, place: number): void {
  const descriptor = bytesOf(message) + FIRST_DESCRIPTOR;
  const kinds = k.memory.u32[(descriptor + KINDS_OFFSET) >>> 2] as number;
  k.memory.write32(descriptor, place % 2 ** 32);
  k.memory.write32(descriptor + KINDS_OFFSET, ((kinds & 0xffff_0000) | Math.floor(place / 2 ** 32)) >>> 0);
}

/** The right that a descriptor of a message in the kernel stands for. */
export function rightAt(k: Kernel, descriptor: PhysicalAddress): { port: PhysicalAddress; type: number } {
  return { port: k.memory.u32[descriptor >>> 2] as number, type: dispositionAt(k, descriptor) };
}

/** The rights in the descriptors of a message in the kernel; 0 for the port of one that was null or dead is left out. */
export function* carriedRights(
  k: Kernel,
  message: PhysicalAddress,
): Generator<{ port: PhysicalAddress; type: number }> {
  const { descriptors } = QueuedMessage.at(k.store, message);
  for (let index = 0; index < descriptors; index++) {
    const right = rightAt(k, descriptorAt(k, message, index));
    if (right.port !== 0) yield right;
  }
}
