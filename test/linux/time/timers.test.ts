import { describe, expect, it } from 'vitest';
import { SignalNumber } from '../../../src/linux/signals/numbers.ts';
import { niceOf, weightOf } from '../../../src/linux/time/priorities.ts';
import { CallScript, HANDLER } from '../support/call-script.ts';
import { Call, FORK_FLAGS } from '../support/numbers.ts';

const { SIGALRM, SIGUSR1, SIGPROF, SIGXCPU } = SignalNumber;
const [EINTR, ESRCH, EACCES, EINVAL, EOPNOTSUPP] = [-4, -3, -13, -22, -95];
const MONOTONIC = 1;
const MILLISECOND = 1_000_000;
const bit = (signal: number) => 2 ** (signal - 1);

describe('clocks', () => {
  it('show the machine’s time, and real time from the epoch that it was started with', async () => {
    const script = new CallScript();
    const [monotonic, realTime, day] = [script.words(0, 0), script.words(0, 0), script.words(0, 0)];
    script.call(Call.nanosleep, script.words(3, 0), 0);
    script.call(Call.clockGettime, MONOTONIC, monotonic);
    script.call(Call.clockGettime, 0, realTime);
    script.call(169, day, 0);
    script.finish();
    const { word } = await script.run();
    expect([word(monotonic), word(realTime), word(day)]).toEqual([3, 1_000_003, 1_000_003]);
    expect(word(monotonic + 8)).toBeLessThan(10 * MILLISECOND);
  });

  it('count a thread’s and a process’s own time only', async () => {
    const script = new CallScript();
    const [process, thread] = [script.words(0, 0), script.words(0, 0)];
    script.call(Call.nanosleep, script.words(3, 0), 0);
    script.call(Call.clockGettime, 2, process);
    script.call(Call.clockGettime, 3, thread);
    const unknown = script.call(Call.clockGettime, 12, thread);
    script.finish();
    const { word, result } = await script.run();
    expect([word(process), word(thread)]).toEqual([0, 0]);
    expect(word(process + 8)).toBeGreaterThan(0);
    expect(word(thread + 8)).toBeGreaterThanOrEqual(word(process + 8));
    expect(result(unknown)).toBe(EINVAL);
  });

  it('refuse sleeps that Linux refuses, and do not wait for what is past', async () => {
    const script = new CallScript();
    const past = script.words(1, 0);
    const results = [
      script.call(Call.nanosleep, script.words(0, 1e9), 0),
      script.call(Call.nanosleep, script.words(-1, 0), 0),
      script.call(Call.clockNanosleep, 3, 0, past, 0),
      script.call(Call.clockNanosleep, 4, 0, past, 0),
      script.call(Call.clockNanosleep, 0, 1, past, 0),
    ];
    const now = script.words(0, 0);
    script.call(Call.clockGettime, MONOTONIC, now);
    script.finish();
    const { word, result } = await script.run();
    expect(results.map(result)).toEqual([EINVAL, EINVAL, EOPNOTSUPP, EOPNOTSUPP, 0]);
    expect(word(now)).toBe(0);
  });
});

describe('interval timers', () => {
  it('signal at their intervals until they are taken back', async () => {
    const script = new CallScript();
    const [sleep, rest] = [script.words(1, 0), script.words(0, 0)];
    script.call(Call.sigaction, SIGALRM, script.action(HANDLER, 4), 0, 8);
    const every100 = script.words(0, 100_000, 0, 250_000);
    script.call(Call.setitimer, 0, every100, 0);
    for (let time = 0; time < 3; time++) script.call(Call.nanosleep, sleep, rest);
    const old = script.words(0, 0, 0, 0);
    script.call(Call.setitimer, 0, script.words(0, 0, 0, 0), old);
    const undisturbed = script.call(Call.nanosleep, sleep, rest);
    script.finish();
    const { log, word, result } = await script.run();
    expect(log.map(({ signal, code }) => [signal, code])).toEqual(Array(3).fill([SIGALRM, 0x80]));
    // Interval as set; 100 ms less what passed since the last.
    expect([word(old), word(old + 8), word(old + 16)]).toEqual([0, 100_000, 0]);
    expect(word(old + 24)).toSatisfy((left: number) => left > 99_000 && left <= 100_000);
    expect(result(undisturbed)).toBe(0);
    // The third signal came 450 ms after the first setting, 550 ms before its sleep's end.
    expect(Math.round(word(rest + 8) / (10 * MILLISECOND))).toBe(90);
  });

  it('measure processor time: nothing while the process sleeps', async () => {
    const script = new CallScript();
    const hit = script.words(0);
    script.call(Call.sigaction, SIGPROF, script.action(HANDLER, 4), 0, 8);
    script.call(Call.setitimer, 2, script.words(0, 0, 0, 1000), 0);
    const slept = script.call(Call.nanosleep, script.words(1, 0), 0);
    script.call(Call.clone, FORK_FLAGS, 0, 0, 0, 0);
    script.jumpIfZero('child');
    const waited = script.call(Call.wait4, -1, hit, 0, 0);
    script.finish();
    // A child that has a timer of its own and computes: the signal ends it.
    script.label('child');
    script.call(Call.setitimer, 2, script.words(0, 0, 0, 1000), 0);
    script.call(Call.sigaction, SIGPROF, script.action(0), 0, 8);
    script.spin(hit, 1);
    const { log, word, result } = await script.run();
    expect(result(slept)).toBe(0);
    expect(log).toEqual([]);
    expect([result(waited), word(hit)]).toEqual([3, SIGPROF]);
  });
});

describe('timers of timer_create', () => {
  it('bring their value and count what was missed', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGUSR1, script.action(HANDLER, 4), 0, 8);
    const id = script.words(0);
    const event = script.words([77, 0xdead], [SIGUSR1, 0], 0);
    const made = script.call(Call.timerCreate, MONOTONIC, event, id);
    const setting = script.words(0, MILLISECOND, 0, MILLISECOND);
    script.call(Call.sigprocmask, 0, script.words([bit(SIGUSR1), 0]), 0, 8);
    script.call(Call.timerSettime, 0, 0, setting, 0);
    script.call(Call.nanosleep, script.words(0, 10 * MILLISECOND + MILLISECOND / 2), 0);
    script.call(Call.sigprocmask, 2, script.words(0), 0, 8);
    const overrun = script.call(Call.timerGetoverrun, 0);
    const left = script.words(0, 0, 0, 0);
    script.call(Call.timerGettime, 0, left);
    const deleted = [script.call(Call.timerDelete, 0), script.call(Call.timerDelete, 0)];
    script.finish();
    const { log, word, result } = await script.run();
    expect(result(made)).toBe(0);
    const [{ code, first, second, third } = { code: 0, first: 0, second: 0, third: 0 }] = log;
    expect([code, first, second, third]).toEqual([-2, 0, 9, 77]);
    expect(result(overrun)).toBe(9);
    expect([word(left), word(left + 8), word(left + 16)]).toEqual([0, MILLISECOND, 0]);
    expect(deleted.map(result)).toEqual([0, EINVAL]);
  });

  it('refuse clocks and signals that there are not', async () => {
    const script = new CallScript();
    const id = script.words(0);
    const results = [
      script.call(Call.timerCreate, 55, 0, id),
      script.call(Call.timerCreate, 4, 0, id),
      script.call(Call.timerCreate, MONOTONIC, script.words(0, [65, 0], 0), id),
      script.call(Call.timerCreate, MONOTONIC, script.words(0, [10, 9], 0), id),
      script.call(Call.timerSettime, 9, 0, script.words(0, 0, 0, 0), 0),
    ];
    script.finish();
    const { result } = await script.run();
    expect(results.map(result)).toEqual([EINVAL, EOPNOTSUPP, EINVAL, EINVAL, EINVAL]);
  });
});

describe('limits and priorities', () => {
  it('ends a process by SIGXCPU at its limit of processor time', async () => {
    const script = new CallScript();
    script.call(Call.prlimit, 0, 0, script.words(1, 2), 0);
    script.spin(script.words(0), 1);
    const { end } = await script.run({ machine: 'pentium-133', instructions: 4e8 });
    expect(end).toEqual({ reason: 'ended', status: SIGXCPU });
  });

  it('changes nice values as far as the user may', async () => {
    const script = new CallScript();
    const results = [
      script.call(Call.getpriority, 0, 0),
      script.call(Call.setpriority, 0, 0, 5),
      script.call(Call.getpriority, 0, 0),
      script.call(Call.setpriority, 0, 0, 4),
      script.call(Call.setpriority, 1, 0, 30),
      script.call(Call.getpriority, 2, 0),
      script.call(Call.getpriority, 3, 0),
      script.call(Call.getpriority, 0, 99),
    ];
    script.finish();
    const { result } = await script.run({ user: 7 });
    expect(results.map(result)).toEqual([20, 0, 15, EACCES, 0, 1, EINVAL, ESRCH]);
  });

  it('turns nice values into weights and back', () => {
    for (let nice = -20; nice <= 19; nice++) expect(niceOf(weightOf(nice))).toBe(nice);
    expect(weightOf(0)).toBe(1024);
  });

  it('lets a sleep that a signal interrupts tell EINTR', async () => {
    const script = new CallScript();
    script.call(Call.sigaction, SIGALRM, script.action(HANDLER, 4), 0, 8);
    script.call(Call.setitimer, 0, script.words(0, 0, 0, 1000), 0);
    const slept = script.call(Call.clockNanosleep, MONOTONIC, 1, script.words(5, 0), 0);
    script.finish();
    const { result } = await script.run();
    expect(result(slept)).toBe(EINTR);
  });
});
