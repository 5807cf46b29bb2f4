/**
 * What a thread that ends owes others: mutexes on its robust list are marked as orphaned, and whoever waits for its end by
 * set_tid_address(2) is woken. Whatever cannot be read or written any more is let be (get_robust_list(2)).
 */

import { Access } from '../../contracts/machine.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from '../../services/memory/interface.ts';
import { currentThread } from '../state.ts';
import { readProgram, writeProgram } from '../user-memory.ts';
import { ANY_BITS, wakeWaiters } from './buckets.ts';
import { bequeathLocks } from './inheriting.ts';
import { futexes } from './interface.ts';
import { readWord, writeWord } from './words.ts';

/** struct robust_list_head: the list, the offset from an entry to its word, and the operation under way. */
const HEAD_BYTES = 24;
/** Linux follows lists as far as this. */
const LONGEST_LIST = 2048;
/** Bits of a futex word (linux/futex.h). */
const WordBit = { waiters: 0x8000_0000, ownerDied: 0x4000_0000, owner: 0x3fff_ffff } as const;
const WORD_BYTES = 4;

/** A pointer whose lowest bit marks a mutex with priority inheritance. */
function split(pointer: number): { address: number; inheriting: boolean } {
  return { address: pointer - (pointer % 2), inheriting: pointer % 2 === 1 };
}

export const leaveOperation: Operation = operation(
  futexes.leave,
  ['head', 'offset', 'pending', 'entry', 'next', 'count', 'word', 'isPending', 'value', 'address'],
  {
    begin(k, f) {
      const thread = currentThread(k);
      f.head = thread.robustList;
      thread.robustList = 0;
      if (f.head === 0) return k.goto('clear');
      return readProgram(k, f.head, thread.scratch, HEAD_BYTES, 'head');
    },
    head(k, f, reply) {
      if (reply.error !== 0) return k.goto('clear');
      const { scratch } = currentThread(k);
      const at = (offset: number, high: number) => high * 2 ** 32 + k.memory.read32(scratch + offset);
      f.entry = at(0, k.memory.read32(scratch + 4));
      f.offset = at(8, k.memory.read32(scratch + 12) | 0);
      f.pending = at(16, k.memory.read32(scratch + 20));
      return k.goto('walk');
    },
    /** The next entry is read before this one is let go, because its owner may free it then. */
    walk(k, f) {
      const { address } = split(f.entry);
      if (address === f.head || f.count >= LONGEST_LIST) return k.goto('pending');
      return readProgram(k, address, currentThread(k).scratch, 8, 'entry');
    },
    entry(k, f, reply) {
      const { scratch } = currentThread(k);
      const last = reply.error !== 0;
      f.next = last ? f.head : k.memory.read32(scratch + 4) * 2 ** 32 + k.memory.read32(scratch);
      f.count += 1;
      if (split(f.entry).address === split(f.pending).address) return k.goto('step');
      f.isPending = 0;
      f.word = f.entry;
      return k.goto('release');
    },
    step(k, f) {
      f.entry = f.next;
      return k.goto('walk');
    },
    pending(k, f) {
      if (f.pending === 0) return k.goto('clear');
      f.isPending = 1;
      f.word = f.pending;
      f.pending = 0;
      return k.goto('release');
    },
    // --- one mutex
    release(k, f) {
      f.address = split(f.word).address + f.offset;
      const space = k.spaceOf(k.thread);
      const request = { space, address: f.address, length: WORD_BYTES, access: Access.write };
      if (f.address % WORD_BYTES !== 0) return k.goto('released');
      return k.call(memory.supply, request, 'mark');
    },
    mark(k, f, reply) {
      if (reply.error !== 0) return k.goto('released');
      const word = readWord(k, f.address);
      if (word === undefined) return k.goto('release');
      const { inheriting } = split(f.word);
      f.value = word;
      if ((word & WordBit.owner) !== currentThread(k).id)
        return k.goto(f.isPending !== 0 && !inheriting && word === 0 ? 'wake' : 'released');
      const marked = ((word & WordBit.waiters) | WordBit.ownerDied) >>> 0;
      if (!writeWord(k, f.address, marked)) return k.goto('release');
      return k.goto((word & WordBit.waiters) !== 0 && !inheriting ? 'wake' : 'released');
    },
    wake(k, f) {
      return k.call(futexes.nameShared, { address: f.address }, 'named');
    },
    named(k, _f, reply) {
      if (reply.error !== 0) return k.goto('released');
      wakeWaiters(k, { space: reply.value, address: reply.second }, ANY_BITS, 1);
      return k.goto('released');
    },
    released(k, f) {
      return k.goto(f.isPending !== 0 ? 'clear' : 'step');
    },
    // --- the thread's number
    clear(k, f) {
      const thread = currentThread(k);
      bequeathLocks(k);
      f.address = thread.clearId;
      thread.clearId = 0;
      if (f.address === 0) return k.done();
      k.memory.write32(thread.scratch, 0);
      return writeProgram(k, f.address, thread.scratch, WORD_BYTES, 'name');
    },
    name(k, f) {
      return k.call(futexes.nameShared, { address: f.address }, 'finish');
    },
    finish(k, _f, reply) {
      if (reply.error === 0) wakeWaiters(k, { space: reply.value, address: reply.second }, ANY_BITS, 1);
      return k.done();
    },
  },
);
