/** Reading a program's argv and envp into an argument block: a pointer, a string, a pointer, as far as pages are present. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { SpanRight } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from '../../services/memory/interface.ts';
import { internal } from '../internal.ts';
import { currentThread, userSpan } from '../state.ts';
import {
  advance,
  blockAt,
  createBlock,
  destroyBlock,
  LONGEST_ARGUMENT,
  MOST_ARGUMENT_BYTES,
  roomIn,
} from './argument-block.ts';

/** Strings read in one step at most. */
const PORTION = 64;
const POINTER_BYTES = 8;

/** One pointer of a list: its value; -1 when its page must be supplied. */
function readPointer(k: Kernel, address: number): number {
  const { scratch2 } = currentThread(k);
  const span = userSpan(k, address, POINTER_BYTES, SpanRight.read);
  if (k.fromSpan(span, 0, scratch2, POINTER_BYTES) < POINTER_BYTES) return -1;
  const [low, high] = [k.memory.u32[scratch2 >>> 2] as number, k.memory.u32[(scratch2 >>> 2) + 1] as number];
  return high * 2 ** 32 + low;
}

/** Copies as much of a string as is present. `ended` when its NUL was reached; `moved` 0 when its page must be supplied. */
function readPiece(k: Kernel, block: number, address: number): { moved: number; ended: boolean } | undefined {
  const place = roomIn(k, block);
  if (place === undefined) return undefined;
  const room = Math.min(place.room, PAGE_SIZE - (address % PAGE_SIZE));
  const moved = k.fromSpan(userSpan(k, address, room, SpanRight.read), 0, place.at, room);
  k.examine(moved);
  const end = k.memory.bytes(place.at, moved).indexOf(0);
  const used = end < 0 ? moved : end + 1;
  advance(k, block, used);
  return { moved: used, ended: end >= 0 };
}

const collect = operation(
  internal.collectArguments,
  ['block', 'inEnvironment', 'index', 'string', 'length', 'strings', 'wanted'],
  {
    begin(k, f) {
      f.block = createBlock(k);
      return f.block === 0 ? k.fail(ErrorNumber.ENOMEM) : k.goto('pointer');
    },
    pointer(k, f) {
      const list = f.inEnvironment === 0 ? f.argumentList : f.environmentList;
      const address = list + f.index * POINTER_BYTES;
      f.wanted = address;
      const pointer = list === 0 ? 0 : readPointer(k, address);
      if (pointer < 0) return supplyPointer(k, address);
      const view = blockAt(k, f.block);
      if (pointer === 0) {
        if (f.inEnvironment !== 0) return k.done(f.block);
        view.argumentBytes = view.bytes;
        f.inEnvironment = 1;
        f.index = 0;
        return k.goto('pointer');
      }
      f.string = pointer;
      f.length = 0;
      if (f.inEnvironment === 0) view.argumentCount += 1;
      else view.environmentCount += 1;
      f.index += 1;
      return k.goto('string');
    },
    'pointer again'(k, f, reply) {
      if (reply.error === 0) return k.goto('pointer');
      destroyBlock(k, f.block);
      return k.fail(ErrorNumber.EFAULT);
    },
    string(k, f) {
      for (let count = 0; count < PORTION; count++) {
        const piece = readPiece(k, f.block, f.string);
        if (piece === undefined) return give(k, f.block, ErrorNumber.ENOMEM);
        if (piece.moved === 0) return supply(k, f.string, 'string again');
        f.string += piece.moved;
        f.length += piece.moved;
        const total = blockAt(k, f.block).bytes + f.index * POINTER_BYTES;
        if (f.length > LONGEST_ARGUMENT || total > MOST_ARGUMENT_BYTES)
          return give(k, f.block, ErrorNumber.E2BIG);
        if (piece.ended) return k.goto('pointer');
      }
      return k.goto('string');
    },
    'string again'(k, f, reply) {
      if (reply.error === 0) return k.goto('string');
      return give(k, f.block, ErrorNumber.EFAULT);
    },
  },
);

function give(k: Kernel, block: number, error: number) {
  destroyBlock(k, block);
  return k.fail(error);
}

/** A pointer may lie on two pages, of which both must be there. */
function supplyPointer(k: Kernel, address: number) {
  const into = currentThread(k).scratch2;
  return k.call(internal.readUser, { address, into, length: POINTER_BYTES }, 'pointer again');
}

function supply(k: Kernel, address: number, then: string) {
  return k.call(memory.supply, { space: k.spaceOf(k.thread), address, length: 1, access: Access.read }, then);
}

export const collectOperations: readonly Operation[] = [collect];
