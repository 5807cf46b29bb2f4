/** Addresses as callers give and want them: struct sockaddr_un and sockaddr_in, in the root's scratch. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { Span } from '../../../contracts/service.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { AddressFamily, LONGEST_ADDRESS } from '../interface.ts';
import { rootOf } from '../root.ts';
import { nameAt } from './names.ts';

export interface Address {
  readonly family: number;
  /** Local: the name's bytes, in the root's scratch. A path ends before its first zero. */
  readonly at: PhysicalAddress;
  readonly length: number;
  /** Internet. */
  readonly host: number;
  readonly port: number;
}

const FAMILY_BYTES = 2;
const INTERNET_BYTES = 16;
/** What a sockaddr_in must have at least. */
const INTERNET_LEAST = 16;

/** Bytes of a name: an abstract one has all of them, a path ends before a zero. */
function nameLength(k: Kernel, at: PhysicalAddress, length: number): number {
  if (length === 0 || k.memory.u8[at] === 0) return length;
  const end = k.memory.bytes(at, length).indexOf(0);
  return end < 0 ? length : end;
}

/** Reads a caller's address; an error number when it is none. */
export function readAddress(k: Kernel, span: Span): Address | number {
  const { length } = span;
  const { scratch } = rootOf(k);
  if (length < FAMILY_BYTES || length > LONGEST_ADDRESS) return ErrorNumber.EINVAL;
  if (k.fromSpan(span, 0, scratch, length) < length) return ErrorNumber.EFAULT;
  const { u8 } = k.memory;
  const byte = (index: number): number => u8[scratch + index] as number;
  const family = byte(0) | (byte(1) << 8);
  const at = scratch + FAMILY_BYTES;
  if (family === AddressFamily.local)
    return { family, at, length: nameLength(k, at, length - FAMILY_BYTES), host: 0, port: 0 };
  if (family !== AddressFamily.internet)
    return { family, at, length: length - FAMILY_BYTES, host: 0, port: 0 };
  if (length < INTERNET_LEAST) return ErrorNumber.EINVAL;
  const port = byte(2) * 256 + byte(3);
  const host = ((byte(4) << 24) | (byte(5) << 16) | (byte(6) << 8) | byte(7)) >>> 0;
  return { family, at, length, host, port };
}

function putFamily(k: Kernel, at: PhysicalAddress, family: number): void {
  k.memory.u8[at] = family & 0xff;
  k.memory.u8[at + 1] = family >>> 8;
}

/** Writes a local address to the root's scratch. Returns its length. */
export function putLocal(k: Kernel, name: PhysicalAddress): number {
  const { scratch } = rootOf(k);
  putFamily(k, scratch, AddressFamily.local);
  if (name === 0) return FAMILY_BYTES;
  const { bytes, length } = nameAt(k, name);
  const at = scratch + FAMILY_BYTES;
  k.memory.copy(at, bytes, length);
  // A path is told with the zero at its end.
  const isPath = length > 0 && k.memory.u8[at] !== 0;
  if (isPath) k.memory.u8[at + length] = 0;
  return FAMILY_BYTES + length + (isPath ? 1 : 0);
}

/** Writes an internet address to the root's scratch. Returns its length. */
export function putInternet(k: Kernel, host: number, port: number): number {
  const { scratch } = rootOf(k);
  const { u8 } = k.memory;
  k.memory.clear(scratch, INTERNET_BYTES);
  putFamily(k, scratch, AddressFamily.internet);
  u8[scratch + 2] = port >>> 8;
  u8[scratch + 3] = port & 0xff;
  for (let index = 0; index < 4; index++) u8[scratch + 4 + index] = (host >>> (24 - index * 8)) & 0xff;
  return INTERNET_BYTES;
}
