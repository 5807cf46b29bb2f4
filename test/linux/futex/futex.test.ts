import { describe, expect, it } from 'vitest';
import { applyWakeOperation, decodeWakeOperation, meets } from '../../../src/linux/futex/wake-operation.ts';
import { CallScript } from '../support/call-script.ts';
import { Call, FORK_FLAGS, THREAD_FLAGS } from '../support/numbers.ts';

const Futex = { wait: 128, wake: 129, requeue: 132, wakeOperation: 133, waitBits: 137, wakeBits: 138 };
const [EAGAIN, EFAULT, EINVAL, ENOSYS, ETIMEDOUT] = [-11, -14, -22, -38, -110];

/** A script with threads that wait on a word; after each start the main program sleeps until the thread waits. */
class Waiters {
  readonly script = new CallScript();
  readonly word = this.script.words(0);
  readonly #threads: (() => void)[] = [];

  /** Starts a thread that waits with an operation; returns the address of a word that is 1 once it was woken. */
  start(operation: number, bits = 0): number {
    const { script } = this;
    const name = `thread ${this.#threads.length}`;
    script.call(Call.clone, THREAD_FLAGS, script.stack(), 0, 0, 0);
    script.jumpIfZero(name);
    script.call(Call.nanosleep, script.words(0, 1_000_000), 0);
    const woken = script.words(0);
    this.#threads.push(() => {
      script.label(name);
      script.call(Call.futex, this.word, operation, 0, 0, 0, bits);
      script.store(woken, 1);
      script.call(Call.exit, 0);
    });
    return woken;
  }

  sleep(): void {
    this.script.call(Call.nanosleep, this.script.words(0, 1_000_000), 0);
  }

  async run(harts = 1) {
    this.sleep();
    this.script.finish();
    for (const thread of this.#threads) thread();
    return this.script.run({ harts });
  }
}

describe('futex', () => {
  it('wakes as many as asked, the oldest first', async () => {
    for (const harts of [1, 2]) {
      const waiters = new Waiters();
      const woken = [waiters.start(Futex.wait), waiters.start(Futex.wait), waiters.start(Futex.wait)];
      const results = [
        waiters.script.call(Call.futex, waiters.word, Futex.wake, 2),
        waiters.script.call(Call.nanosleep, waiters.script.words(0, 1_000_000), 0),
      ];
      const { result, word } = await waiters.run(harts);
      expect(results.map(result)).toEqual([2, 0]);
      expect(woken.map(word)).toEqual([1, 1, 0]);
    }
  });

  it('tells private names from shared ones, and wakes by bit sets', async () => {
    const waiters = new Waiters();
    const woken = [waiters.start(Futex.waitBits, 1), waiters.start(Futex.waitBits, 6)];
    const { script, word: futexWord } = waiters;
    const results = [
      script.call(Call.futex, futexWord, 1, 9),
      script.call(Call.futex, futexWord, Futex.wakeBits, 9, 0, 0, 8),
      script.call(Call.futex, futexWord, Futex.wakeBits, 9, 0, 0, 2),
    ];
    const { result, word } = await waiters.run();
    expect(results.map(result)).toEqual([0, 0, 1]);
    expect(woken.map(word)).toEqual([0, 1]);
  });

  it('moves waiters to another word, if the first still has its value', async () => {
    const waiters = new Waiters();
    const woken = [waiters.start(Futex.wait), waiters.start(Futex.wait), waiters.start(Futex.wait)];
    const { script, word: first } = waiters;
    const second = script.words(0);
    const results = [
      script.call(Call.futex, first, Futex.requeue, 1, 9, second, 5),
      script.call(Call.futex, first, Futex.requeue, 1, 9, second, 0),
      script.call(Call.futex, first, Futex.wake, 9),
      script.call(Call.futex, second, Futex.wake, 1),
    ];
    const { result, word } = await waiters.run();
    expect(results.map(result)).toEqual([EAGAIN, 3, 0, 1]);
    expect(woken.map(word)).toEqual([1, 1, 0]);
  });

  it('changes one word and wakes by what was there', async () => {
    const waiters = new Waiters();
    waiters.start(Futex.wait);
    const { script, word: first } = waiters;
    const second = script.words(5);
    const add3IfEqual5 = (1 << 28) | (0 << 24) | (3 << 12) | 5;
    const results = [
      script.call(Call.futex, second, Futex.wakeOperation, 1, 1, second, add3IfEqual5),
      script.call(Call.futex, first, Futex.wakeOperation, 1, 1, second, add3IfEqual5),
    ];
    const { result, word } = await waiters.run();
    expect(results.map(result)).toEqual([0, 1]);
    expect(word(second)).toBe(11);
  });

  it('times out, and refuses what futex(2) refuses', async () => {
    const script = new CallScript();
    const word = script.words(0);
    const short = script.words(0, 2_000_000);
    const results = [
      script.call(Call.futex, word, 0, 0, short),
      script.call(Call.futex, word, 9, 0, short, 0, 1),
      script.call(Call.futex, word, 0, 1, 0),
      script.call(Call.futex, word + 1, 1, 1, 0),
      script.call(Call.futex, 4, 0, 0, 0),
      script.call(Call.futex, word, 9, 0, 0, 0, 0),
      script.call(Call.futex, word, 256, 0, 0),
      script.call(Call.futex, word, 2, 0, 0),
      script.call(Call.futex, word, 0, 0, script.words(0, 1e9)),
    ];
    script.finish();
    const { result } = await script.run();
    expect(results.map(result)).toEqual([
      ETIMEDOUT,
      ETIMEDOUT,
      EAGAIN,
      EINVAL,
      EFAULT,
      EINVAL,
      ENOSYS,
      ENOSYS,
      EINVAL,
    ]);
  });

  it('finds waiters under their private name after a fork has made the page shared', async () => {
    const waiters = new Waiters();
    const woken = waiters.start(Futex.wait);
    const { script, word: futexWord } = waiters;
    script.call(Call.clone, FORK_FLAGS, 0, 0, 0, 0);
    script.jumpIfZero('child');
    script.store(futexWord + 8, 1);
    const wake = script.call(Call.futex, futexWord, Futex.wake, 1);
    script.call(Call.wait4, -1, 0, 0, 0);
    script.jump('over');
    script.label('child');
    script.call(Call.exitGroup, 0);
    script.label('over');
    const { result, word } = await waiters.run();
    expect(result(wake)).toBe(1);
    expect(word(woken)).toBe(1);
  });
});

describe('a thread’s end', () => {
  it('clears and wakes its clear_child_tid address, and marks its robust mutexes', async () => {
    const script = new CallScript();
    const id = script.words(0);
    // Head: the list's first entry, the offset of the word in an entry, nothing pending. One entry, then the head again.
    const head = script.words(0, 8, 0);
    const entry = script.words(head, [0x8000_0000, 0]);
    script.store(head, entry);
    const CHILD_CLEARTID = 0x20_0000;
    const PARENT_SETTID = 0x10_0000;
    script.call(Call.clone, THREAD_FLAGS + CHILD_CLEARTID + PARENT_SETTID, script.stack(), id, 0, id);
    script.jumpIfZero('thread');
    script.store(entry + 8, 0x8000_0003);
    // 3 is the thread's number: whoever waits for it is woken without the private flag.
    const joined = script.call(Call.futex, id, 0, 3, 0);
    script.finish();
    script.label('thread');
    script.call(Call.setRobustList, head, 24);
    script.call(Call.nanosleep, script.words(0, 1_000_000), 0);
    script.call(Call.exit, 0);
    const { result, word } = await script.run();
    expect(result(joined)).toBe(0);
    expect(word(id)).toBe(0);
    expect(word(entry + 8)).toBe(0xc000_0000);
  });
});

describe('the operations of FUTEX_WAKE_OP', () => {
  const encode = (operation: number, comparison: number, argument: number, against: number): number =>
    ((operation << 28) | (comparison << 24) | ((argument & 0xfff) << 12) | (against & 0xfff)) >>> 0;

  it('computes like the macros of linux/futex.h', () => {
    const results = [
      [0, 7, 5],
      [1, -1, 5],
      [2, 8, 5],
      [3, 4, 5],
      [4, 1, 5],
      [8 | 2, 4, 5],
    ].map(([operation = 0, argument = 0, word = 0]) => {
      const decoded = decodeWakeOperation(encode(operation, 0, argument, 0));
      return decoded && applyWakeOperation(decoded, word);
    });
    expect(results).toEqual([7, 4, 13, 1, 4, 21]);
  });

  it('compares with sign', () => {
    const outcomes = [0, 1, 2, 3, 4, 5].map((comparison) => {
      const decoded = decodeWakeOperation(encode(0, comparison, 0, -1));
      return decoded && meets(decoded, 0xffff_fffe);
    });
    expect(outcomes).toEqual([false, true, true, true, false, false]);
  });

  it('knows no others', () => {
    expect(decodeWakeOperation(encode(5, 0, 0, 0))).toBeUndefined();
    expect(decodeWakeOperation(encode(0, 6, 0, 0))).toBeUndefined();
  });
});
