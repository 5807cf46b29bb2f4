import { describe, expect, it } from 'vitest';
import { SignalNumber } from '../../../src/linux/signals/numbers.ts';
import { CallScript, HANDLER } from '../support/call-script.ts';
import { Call, FORK_FLAGS, THREAD_FLAGS } from '../support/numbers.ts';

const { SIGUSR1, SIGUSR2, SIGCHLD, SIGSEGV, SIGSTOP, SIGCONT, SIGTERM, SIGKILL } = SignalNumber;
const bit = (signal: number) => 2 ** (signal - 1);
/** The number that the main program of a machine has. */
const MAIN = 2;
const FIRST_REAL_TIME = 34;

describe('signals that a program sends itself', () => {
  it('runs the handler with siginfo_t, and goes on where it was', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 4), 0, 8);
    const sent = script.call(Call.kill, MAIN, SIGUSR1);
    script.call(Call.tgkill, MAIN, MAIN, SIGUSR1);
    script.finish();
    const { log, result, end } = await script.run({ user: 1000 });
    expect(end).toEqual({ reason: 'ended', status: 0 });
    expect(result(sent)).toBe(0);
    expect(log.map(({ signal, code, first, second }) => [signal, code, first, second])).toEqual([
      [SIGUSR1, 0, MAIN, 1000],
      [SIGUSR1, -6, MAIN, 1000],
    ]);
    expect(log[0]?.stackPointer).toSatisfy((pointer: number) => pointer % 16 === 0);
    expect(log[0]?.context).toBe((log[0]?.stackPointer ?? 0) + 128);
  });

  it('keeps a blocked standard signal once and queues real-time signals in order, the least first', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 4), 0, 8);
    for (const signal of [FIRST_REAL_TIME, FIRST_REAL_TIME + 1])
      script.call(Call.sigaction, signal, script.action(HANDLER, 4), 0, 8);
    const all = script.words([0xffff_ffff, 0xffff_ffff]);
    script.call(Call.sigprocmask, 2, all, 0, 8);
    for (const [signal, value] of [
      [FIRST_REAL_TIME + 1, 1],
      [FIRST_REAL_TIME, 2],
      [FIRST_REAL_TIME + 1, 3],
    ] as const) {
      const information = script.words(0, [-1 >>> 0, 0], MAIN, value);
      for (let rest = 0; rest < 12; rest++) script.words(0);
      script.call(Call.sigqueueinfo, MAIN, signal, information);
    }
    script.call(Call.kill, MAIN, SIGUSR1);
    script.call(Call.kill, MAIN, SIGUSR1);
    const pending = script.words(0);
    script.call(Call.sigpending, pending, 8);
    script.call(Call.sigprocmask, 2, script.words(0), 0, 8);
    script.finish();
    const { log, word } = await script.run();
    expect(word(pending)).toBe(bit(SIGUSR1) + 3 * 2 ** 33);
    // All are delivered before the program goes on, so that the handler of the last runs first; a signal that is
    // queued twice waits until its own handler is through.
    expect(log.map(({ signal, third }) => [signal, third])).toEqual([
      [FIRST_REAL_TIME + 1, 1],
      [FIRST_REAL_TIME + 1, 3],
      [FIRST_REAL_TIME, 2],
      [SIGUSR1, 0],
    ]);
  });

  it('blocks the signal and the action’s mask while a handler runs, and restores the mask after it', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 4, bit(SIGTERM)), 0, 8);
    script.call(Call.sigprocmask, 0, script.words([bit(SIGUSR2), 0]), 0, 8);
    script.call(Call.kill, MAIN, SIGUSR1);
    const after = script.words(0);
    script.call(Call.sigprocmask, 0, 0, after, 8);
    script.finish();
    const { log, word } = await script.run();
    expect(log[0]?.mask).toBe(bit(SIGUSR2));
    expect(word(after)).toBe(bit(SIGUSR2));
  });

  it('uses the alternate stack, and resets the action when asked', async () => {
    const script = new CallScript();
    const top = script.stack();
    script.call(Call.sigaltstack, script.words(top - 0x4000, 0, 0x4000), 0);
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 0x8800_0004), 0, 8);
    script.call(Call.kill, MAIN, SIGUSR1);
    const old = script.words(0, 0, 0);
    script.call(Call.sigaction, SIGUSR1, 0, old, 8);
    script.finish();
    const { log, word } = await script.run();
    expect(log).toHaveLength(1);
    expect(log[0]?.stackPointer).toBe(top - 1088);
    expect(word(old)).toBe(0);
  });

  it('ends with SIGSEGV when the stack cannot take the frame', async () => {
    const script = new CallScript();
    script.call(Call.sigaltstack, script.words(0x7000_0000, 0, 0x4000), 0);
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 0x0800_0004), 0, 8);
    script.call(Call.kill, MAIN, SIGUSR1);
    script.finish();
    const { end } = await script.run();
    expect(end).toEqual({ reason: 'ended', status: SIGSEGV });
  });
});

describe('faults', () => {
  it('ends a program that blocks or ignores SIGSEGV', async () => {
    for (const prepare of ['block', 'ignore'] as const) {
      const script = new CallScript();
      if (prepare === 'block') script.call(Call.sigprocmask, 2, script.words([bit(SIGSEGV), 0]), 0, 8);
      else script.call(Call.sigaction, SIGSEGV, script.action(1), 0, 8);
      script.store(8, 1);
      script.finish();
      const { end } = await script.run();
      expect(end).toEqual({ reason: 'ended', status: SIGSEGV });
    }
  });
});

describe('interrupted calls', () => {
  /** A child that signals its parent after a millisecond, and again a little later. */
  function disturbed(script: CallScript): void {
    script.call(Call.clone, FORK_FLAGS, 0, 0, 0, 0);
    script.jumpIfZero('child');
  }
  function child(script: CallScript): void {
    script.label('child');
    script.call(Call.nanosleep, script.words(0, 1_000_000), 0);
    script.call(Call.kill, MAIN, SIGUSR1);
    script.call(Call.nanosleep, script.words(0, 1_000_000), 0);
    script.call(Call.exitGroup, 5);
  }

  it('ends wait4 with EINTR, or starts it again with SA_RESTART', async () => {
    for (const [flags, expected] of [
      [4, -4],
      [0x1000_0004, 3],
    ] as const) {
      const script = new CallScript();
      script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, flags), 0, 8);
      disturbed(script);
      const waited = script.call(Call.wait4, -1, 0, 0, 0);
      script.finish();
      child(script);
      const { log, result } = await script.run();
      expect(log.map(({ signal }) => signal)).toEqual([SIGUSR1]);
      expect(result(waited)).toBe(expected);
    }
  });

  it('ends nanosleep with EINTR even with SA_RESTART, and tells what is left', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 0x1000_0004), 0, 8);
    disturbed(script);
    const rest = script.words(0, 0);
    const slept = script.call(Call.nanosleep, script.words(7, 0), rest);
    script.finish();
    child(script);
    const { result, word } = await script.run();
    expect(result(slept)).toBe(-4);
    expect(word(rest)).toBe(6);
    expect(word(rest + 8)).toBeGreaterThan(990_000_000);
  });

  it('lets nanosleep run its time when the signal has no handler', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGCHLD, script.action(0), 0, 8);
    disturbed(script);
    const before = script.words(0, 0);
    const after = script.words(0, 0);
    script.call(Call.sigaction, SIGUSR1, script.action(1), 0, 8);
    script.call(Call.clockGettime, 1, before);
    const slept = script.call(Call.nanosleep, script.words(0, 500_000_000), 0);
    script.call(Call.clockGettime, 1, after);
    script.finish();
    child(script);
    const { result, word } = await script.run();
    expect(result(slept)).toBe(0);
    const passed = (word(after) - word(before)) * 1e9 + word(after + 8) - word(before + 8);
    expect(passed).toBeGreaterThanOrEqual(500_000_000);
  });

  it('ends sigsuspend with EINTR under its own mask, and puts the old one back', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 4), 0, 8);
    script.call(Call.sigprocmask, 2, script.words([bit(SIGUSR1), 0]), 0, 8);
    script.call(Call.kill, MAIN, SIGUSR1);
    const suspended = script.call(Call.sigsuspend, script.words(0), 8);
    const after = script.words(0);
    script.call(Call.sigprocmask, 0, 0, after, 8);
    script.finish();
    const { log, result, word } = await script.run();
    expect(result(suspended)).toBe(-4);
    expect(log[0]?.mask).toBe(bit(SIGUSR1));
    expect(word(after)).toBe(bit(SIGUSR1));
  });
});

describe('waiting for signals', () => {
  it('takes a pending signal, and times out when there is none', async () => {
    const script = new CallScript();
    const set = script.words([bit(SIGUSR1), 0]);
    script.call(Call.sigprocmask, 0, set, 0, 8);
    script.call(Call.kill, MAIN, SIGUSR1);
    const information = script.words(0);
    for (let rest = 0; rest < 15; rest++) script.words(0);
    const first = script.call(Call.sigtimedwait, set, information, 0, 8);
    const second = script.call(Call.sigtimedwait, set, 0, script.words(0, 1000), 8);
    const third = script.call(Call.sigtimedwait, set, 0, script.words(0, 0), 8);
    script.finish();
    const { result, word } = await script.run();
    expect(result(first)).toBe(SIGUSR1);
    expect(word(information)).toBe(SIGUSR1);
    expect(word(information + 16)).toBe(MAIN);
    expect([result(second), result(third)]).toEqual([-11, -11]);
  });

  it('is woken by a signal whose default action is to be ignored', async () => {
    const script = new CallScript();
    const set = script.words([bit(SIGCHLD), 0]);
    script.call(Call.sigprocmask, 0, set, 0, 8);
    script.call(Call.clone, FORK_FLAGS, 0, 0, 0, 0);
    script.jumpIfZero('child');
    const information = script.words(0);
    for (let rest = 0; rest < 15; rest++) script.words(0);
    const waited = script.call(Call.sigtimedwait, set, information, script.words(9, 0), 8);
    script.finish();
    script.label('child');
    script.call(Call.nanosleep, script.words(0, 1_000_000), 0);
    script.call(Call.exitGroup, 5);
    const { result, word } = await script.run();
    expect(result(waited)).toBe(SIGCHLD);
    // CLD_EXITED, the child's number, its status.
    expect([word(information + 8), word(information + 16) % 2 ** 32, word(information + 24)]).toEqual([
      1, 3, 5,
    ]);
  });
});

describe('stopping and ending', () => {
  it('stops all threads, tells the parent, and goes on with SIGCONT', async () => {
    const script = new CallScript();
    const counter = script.words(0);
    const status = script.words(0);
    script.call(Call.sigaction, SIGCHLD, script.action(HANDLER, 0x1000_0004), 0, 8);
    script.call(Call.clone, FORK_FLAGS, 0, 0, 0, 0);
    script.jumpIfZero('child');
    script.call(Call.nanosleep, script.words(0, 1_000_000), 0);
    script.call(Call.kill, 3, SIGSTOP);
    const stopped = script.call(Call.wait4, 3, status, 2, 0);
    const statusAfter = script.words(0);
    const copied = script.call(Call.sigpending, statusAfter, 8);
    script.call(Call.kill, 3, SIGCONT);
    const continued = script.call(Call.wait4, 3, script.words(0), 8, 0);
    script.call(Call.kill, 3, SIGKILL);
    const ended = script.call(Call.wait4, 3, counter, 0, 0);
    script.finish();
    script.label('child');
    script.call(Call.clone, THREAD_FLAGS, script.stack(), 0, 0, 0);
    script.label('sleep');
    script.call(Call.nanosleep, script.words(100, 0), 0);
    script.jump('sleep');
    const { log, result, word } = await script.run();
    expect([stopped, continued, ended, copied].map(result)).toEqual([3, 3, 3, 0]);
    expect(word(status)).toBe(SIGSTOP * 256 + 0x7f);
    expect(word(counter)).toBe(SIGKILL);
    // CLD_STOPPED, CLD_CONTINUED, CLD_KILLED
    expect(log.map(({ signal, code, third }) => [signal, code, third])).toEqual([
      [SIGCHLD, 5, SIGSTOP],
      [SIGCHLD, 6, SIGCONT],
      [SIGCHLD, 2, SIGKILL],
    ]);
  });

  it('leaves no zombie when SIGCHLD is ignored', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGCHLD, script.action(1), 0, 8);
    script.call(Call.clone, FORK_FLAGS, 0, 0, 0, 0);
    script.jumpIfZero('child');
    const waited = script.call(Call.wait4, -1, 0, 0, 0);
    script.finish();
    script.label('child');
    script.call(Call.exitGroup, 5);
    const { result } = await script.run();
    expect(result(waited)).toBe(-10);
  });

  it('gives a process’s signal to a thread that does not block it', async () => {
    const script = new CallScript();
    const ready = script.words(0);
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 4), 0, 8);
    script.call(Call.clone, THREAD_FLAGS, script.stack(), 0, 0, 0);
    script.jumpIfZero('thread');
    script.call(Call.sigprocmask, 0, script.words([bit(SIGUSR1), 0]), 0, 8);
    script.spin(ready, 1);
    script.call(Call.kill, MAIN, SIGUSR1);
    script.call(Call.nanosleep, script.words(0, 1_000_000), 0);
    const pending = script.words(0);
    script.call(Call.sigpending, pending, 8);
    script.finish();
    script.label('thread');
    script.store(ready, 1);
    script.label('sleep');
    script.call(Call.nanosleep, script.words(100, 0), 0);
    script.jump('sleep');
    for (const harts of [1, 2]) {
      const { log, word } = await script.run({ harts });
      expect(log.map(({ signal }) => signal)).toEqual([SIGUSR1]);
      expect(word(pending)).toBe(0);
    }
  });

  it('sends what is typed at the terminal to the foreground group', async () => {
    const script = new CallScript();
    const { SIGINT, SIGQUIT } = SignalNumber;
    const none = script.words(0);
    script.call(Call.sigaction, SIGINT, script.action(HANDLER, 4), 0, 8);
    script.call(Call.sigsuspend, none, 8);
    script.call(Call.sigsuspend, none, 8);
    script.finish();
    const twice = await script.run({ typed: ['\x03', '\x03'] });
    expect(twice.log.map(({ signal, code, first }) => [signal, code, first])).toEqual([
      [SIGINT, 0x80, 0],
      [SIGINT, 0x80, 0],
    ]);
    const quit = await script.run({ typed: ['\x03', '\x1c'] });
    expect(quit.end).toEqual({ reason: 'ended', status: SIGQUIT });
  });

  it('refuses what kill(2) refuses', async () => {
    const script = new CallScript();
    const results = [
      script.call(Call.kill, 99, SIGTERM),
      script.call(Call.kill, MAIN, 65),
      script.call(Call.kill, 1, SIGTERM),
      script.call(Call.kill, -99, SIGTERM),
      script.call(Call.tgkill, MAIN, 99, 0),
      script.call(Call.tgkill, 0, MAIN, 0),
      script.call(Call.kill, MAIN, 0),
    ];
    script.finish();
    const { result } = await script.run({ user: 7 });
    expect(results.map(result)).toEqual([-3, -22, -1, -3, -3, -22, 0]);
  });
});
