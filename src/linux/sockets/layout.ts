/** What calls about sockets keep in a thread's scratch pages, and structures of the program (struct msghdr, struct iovec). */
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { read64 } from '../calls/layouts.ts';
import { currentThread } from '../state.ts';

/** First page: an address of the program at its start, and a list of pieces from here on. */
export const LIST = PAGE_SIZE / 4;
/** Second page: a struct msghdr at its start, what is told of a message (MessageFigures), room for bytes. */
export const ABOUT = 64;
export const BYTES = PAGE_SIZE / 2;
export const ROOM = PAGE_SIZE - BYTES;

/** struct iovec. */
export const PIECE_BYTES = 16;
/** Pieces that the list has room for. */
export const MOST_PIECES = (PAGE_SIZE - LIST) / PIECE_BYTES;
/** UIO_MAXIOV. */
export const LONGEST_LIST = 1024;

/** struct msghdr: address, its length, pieces, how many, ancillary data, its length, flags. */
export const HEADER_BYTES = 56;
/** struct mmsghdr: a header, and the bytes that were moved. */
export const COUNTED_HEADER_BYTES = 64;
export const HEADER_OFFSETS = { nameLength: 8, controlLength: 40, flags: 48, moved: 56 } as const;

export function aboutAt(k: Kernel): number {
  return currentThread(k).scratch2 + ABOUT;
}

export function bytesAt(k: Kernel): number {
  return currentThread(k).scratch2 + BYTES;
}

export interface Piece {
  readonly address: number;
  readonly length: number;
}

/** A piece of the list. Addresses are 64 bits without a sign; what has one is not the program's. */
export function pieceAt(k: Kernel, index: number): Piece {
  const at = currentThread(k).scratch + LIST + index * PIECE_BYTES;
  return { address: unsigned64(k, at), length: read64(k, at + 8) };
}

/** Bytes in all pieces, or -1 when a length is none. */
export function totalOf(k: Kernel, count: number): number {
  let total = 0;
  for (let index = 0; index < count; index++) {
    const { length } = pieceAt(k, index);
    if (length < 0) return -1;
    total += length;
  }
  return total;
}

/** The piece in which byte number `offset` is, from there on. */
export function restAt(k: Kernel, count: number, offset: number): Piece {
  let skip = offset;
  for (let index = 0; index < count; index++) {
    const { address, length } = pieceAt(k, index);
    if (skip < length) return { address: address + skip, length: length - skip };
    skip -= length;
  }
  return { address: 0, length: 0 };
}

export function unsigned64(k: Kernel, at: number): number {
  return k.memory.read32(at + 4) * 2 ** 32 + k.memory.read32(at);
}

export interface Header {
  readonly name: number;
  readonly nameLength: number;
  readonly list: number;
  readonly count: number;
  readonly control: number;
  readonly controlLength: number;
}

/** The header in the second scratch page. */
export function headerAt(k: Kernel): Header {
  const at = currentThread(k).scratch2;
  return {
    name: unsigned64(k, at),
    nameLength: k.memory.read32(at + 8) | 0,
    list: unsigned64(k, at + 16),
    count: unsigned64(k, at + 24),
    control: unsigned64(k, at + 32),
    controlLength: unsigned64(k, at + 40),
  };
}
