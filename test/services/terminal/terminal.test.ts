/** The terminal service: waiting, VMIN and VTIME, control requests, streams that are no terminals, and what is charged. */
import { describe, expect, test } from 'vitest';
import { Primitive } from '../../../src/contracts/accounting.ts';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { Account, Beneficiary } from '../../../src/kernel/objects.ts';
import { inputHeard, inputWanted } from '../../../src/services/terminal/index.ts';
import { TerminalRequest as R, terminal } from '../../../src/services/terminal/interface.ts';
import { TerminalBench } from './terminal-bench.ts';

const READABLE = 0x41;
const WRITABLE = 0x104;
const HANG_UP = 0x10;
const ICANON = 2;
const ISIG = 1;

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const word = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);

/** Raw mode with VMIN and VTIME, without echo. */
function raw(bench: TerminalBench, least: number, tenths: number): void {
  bench.settings((words, characters) => {
    words[3] = 0;
    characters[6] = least;
    characters[5] = tenths;
  });
}

/** Sums a primitive over all accounts. */
function charged(bench: TerminalBench, primitive: number): number {
  const { kernel } = bench;
  kernel.meter.settle();
  let sum = 0;
  for (let owner = kernel.root.firstBeneficiary; owner !== 0; ) {
    const view = Beneficiary.at(kernel.meter.observer, owner);
    for (let at = view.firstAccount; at !== 0; ) {
      const account = Account.at(kernel.meter.observer, at);
      sum += kernel.meter.observer.f64[account.counts / 8 + primitive] as number;
      at = account.next;
    }
    owner = view.next;
  }
  return sum;
}

describe('lines', () => {
  test('a reader waits for the whole line, and gets one line at a time', () => {
    const bench = new TerminalBench();
    const read = bench.startRead(100);
    bench.type('one');
    expect(read.result).toBeUndefined();
    bench.type(' line\rtwo\r');
    expect(bench.taken(read)).toBe('one line\n');
    expect(bench.read(2)).toBe('tw');
    expect(bench.read(100)).toBe('o\n');
    expect(text(bench.console.takeSent())).toBe('one line\r\ntwo\r\n');
  });

  test('^D at the start of a line is the end of input, once', () => {
    const bench = new TerminalBench();
    bench.type('\x04');
    expect(bench.read(10)).toBe('');
    expect(bench.read(10, 0)).toBe(ErrorNumber.EAGAIN);
  });

  test('a line longer than the buffer keeps its end, as in Linux', () => {
    const bench = new TerminalBench();
    bench.type('a'.repeat(5000));
    bench.type('\r');
    const first = bench.read(4096);
    expect(first).toBe(`${'a'.repeat(4095)}\n`);
  });

  test('whole lines that fill the buffer leave later ones in the device until they are read', () => {
    const bench = new TerminalBench();
    const line = `${'x'.repeat(999)}\r`;
    bench.type(line.repeat(4));
    bench.type(line.repeat(3));
    for (let count = 0; count < 7; count++) expect(bench.read(1000)).toBe(`${'x'.repeat(999)}\n`);
    expect(bench.read(1000, 0)).toBe(ErrorNumber.EAGAIN);
  });

  test('pages of the reader that are absent are supplied, and a line is not lost by EFAULT', () => {
    const bench = new TerminalBench();
    bench.one.absent(0x10000);
    bench.type('abc\r');
    expect(bench.read(10)).toBe('abc\n');
    expect(bench.supplied).toBe(1);
    bench.type('def\r');
    bench.one.absent(0x10000, true);
    expect(bench.read(10)).toBe(ErrorNumber.EFAULT);
    bench.one.absent(0x10000, false);
    expect(bench.read(10)).toBe('def\n');
  });
});

describe('raw mode', () => {
  test('VMIN 3: a read lasts until three bytes are there', () => {
    const bench = new TerminalBench();
    raw(bench, 3, 0);
    const read = bench.startRead(10);
    bench.type('ab');
    expect(read.result).toBeUndefined();
    bench.type('cd');
    expect(bench.taken(read)).toBe('abcd');
  });

  test('VMIN 0, VTIME 0: what there is, at once, be it nothing', () => {
    const bench = new TerminalBench();
    raw(bench, 0, 0);
    expect(bench.read(10)).toBe('');
    bench.type('x');
    expect(bench.read(10)).toBe('x');
  });

  test('VMIN 0, VTIME 5: half a second from the start of the read', () => {
    const bench = new TerminalBench();
    raw(bench, 0, 5);
    const started = bench.executive.elapsed();
    expect(bench.read(10)).toBe('');
    const seconds = (bench.executive.elapsed() - started) / bench.kernel.hertz;
    expect(seconds).toBeGreaterThanOrEqual(0.5);
    expect(seconds).toBeLessThan(0.501);
  });

  test('VMIN 5, VTIME 2: two tenths from the last byte, and no limit for the first', () => {
    const bench = new TerminalBench();
    raw(bench, 5, 2);
    const read = bench.startRead(10);
    bench.run();
    expect(read.result).toBeUndefined();
    bench.type('ab');
    expect(bench.taken(read)).toBe('ab');
  });

  test('a waiting reader sees a change of mode', () => {
    const bench = new TerminalBench();
    const other = bench.program();
    const read = bench.startRead(10, 1, other);
    bench.type('ab');
    expect(read.result).toBeUndefined();
    raw(bench, 1, 0);
    expect(bench.taken(read, other)).toBe('ab');
  });
});

describe('signals', () => {
  test('^C, ^\\ and ^Z are reported and not read; what was typed before is dropped', () => {
    const bench = new TerminalBench();
    bench.type('gone\x03');
    bench.type('\x1c');
    bench.type('\x1a');
    expect(bench.signals).toEqual([2, 3, 20]);
    bench.type('kept\r');
    expect(bench.read(10)).toBe('kept\n');
  });

  test('without ISIG they are characters', () => {
    const bench = new TerminalBench();
    bench.settings((words) => {
      words[3] = ICANON;
    });
    bench.type('\x03\r');
    expect(bench.read(10)).toBe('\x03\n');
    expect(bench.signals).toEqual([]);
  });

  test('an interrupted reader is told to start again', () => {
    const bench = new TerminalBench();
    const read = bench.startRead(10);
    bench.run();
    bench.interrupt(bench.one);
    expect(bench.taken(read)).toBe(ErrorNumber.ERESTART);
  });

  test('a change of the host window is SIGWINCH and a new size', () => {
    const bench = new TerminalBench();
    bench.console.columns = 132;
    bench.deliver();
    expect(bench.signals).toEqual([28]);
    expect([...new Uint16Array(bench.control(R.TIOCGWINSZ).bytes.slice(0, 8).buffer)]).toEqual([
      24, 132, 0, 0,
    ]);
  });
});

describe('control requests', () => {
  test('TCGETS2 gives the first settings of Linux, with IUTF8', () => {
    const { result, bytes } = new TerminalBench().control(R.TCGETS2);
    expect(result?.error).toBe(0);
    expect([...new Uint32Array(bytes.slice(0, 16).buffer)]).toEqual([0x4500, 5, 0x4bf, 0x8a3b]);
    expect([...bytes.slice(16, 34)]).toEqual([
      0, 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0,
    ]);
    expect([...new Uint32Array(bytes.slice(36, 44).buffer)]).toEqual([38_400, 38_400]);
  });

  test('TCSETSF drops what was typed, TCSETS does not', () => {
    const bench = new TerminalBench();
    bench.type('one\r');
    bench.settings(() => undefined);
    expect(bench.read(10)).toBe('one\n');
    bench.type('two\r');
    bench.settings(() => undefined, R.TCSETSF);
    expect(bench.read(10, 0)).toBe(ErrorNumber.EAGAIN);
  });

  test('TCFLSH drops input, and refuses what it does not know', () => {
    const bench = new TerminalBench();
    bench.type('one\r');
    expect(bench.controlNumber(R.TCFLSH, 1)?.error).toBe(0);
    expect(word(bench.control(R.FIONREAD).bytes)).toBe(4);
    expect(bench.controlNumber(R.TCFLSH, 0)?.error).toBe(0);
    expect(word(bench.control(R.FIONREAD).bytes)).toBe(0);
    expect(bench.controlNumber(R.TCFLSH, 3)?.error).toBe(ErrorNumber.EINVAL);
  });

  test('TIOCSWINSZ sets the size and signals a change', () => {
    const bench = new TerminalBench();
    const size = new Uint8Array(new Uint16Array([50, 100, 3, 4]).buffer);
    bench.control(R.TIOCSWINSZ, size);
    bench.control(R.TIOCSWINSZ, size);
    expect(bench.signals).toEqual([28]);
    expect([...new Uint16Array(bench.control(R.TIOCGWINSZ).bytes.slice(0, 8).buffer)]).toEqual([
      50, 100, 3, 4,
    ]);
  });

  test('process groups: ENOTTY until a session adopts the terminal', () => {
    const bench = new TerminalBench();
    const number = (value: number): Uint8Array => new Uint8Array(new Int32Array([value]).buffer);
    expect(bench.control(R.TIOCGPGRP).result?.error).toBe(ErrorNumber.ENOTTY);
    expect(bench.control(R.TIOCSPGRP, number(5)).result?.error).toBe(ErrorNumber.ENOTTY);
    bench.one.start(terminal.adopt, { session: 7, group: 8 });
    expect(word(bench.control(R.TIOCGPGRP).bytes)).toBe(8);
    expect(word(bench.control(R.TIOCGSID).bytes)).toBe(7);
    expect(bench.control(R.TIOCSPGRP, number(9)).result?.error).toBe(0);
    expect(word(bench.control(R.TIOCGPGRP).bytes)).toBe(9);
    expect(bench.control(R.TIOCSPGRP, number(-1)).result?.error).toBe(ErrorNumber.EINVAL);
  });

  test('unknown requests and absent memory', () => {
    const bench = new TerminalBench();
    expect(bench.control(0x1234).result?.error).toBe(ErrorNumber.ENOTTY);
    bench.one.absent(0x30000);
    expect(bench.control(R.TCGETS).result?.error).toBe(0);
    bench.one.absent(0x30000, true);
    expect(bench.control(R.TCGETS).result?.error).toBe(ErrorNumber.EFAULT);
  });
});

describe('flow control', () => {
  test('^S stops writers, ^Q lets them go on', () => {
    const bench = new TerminalBench();
    bench.type('\x13');
    expect(bench.poll()).toBe(0);
    expect(bench.write('now', 1, 0)?.error).toBe(ErrorNumber.EAGAIN);
    const from = bench.one.span(0x20000, 3);
    const write = bench.one.start(terminal.write, { stream: 1, from, wait: 1 });
    bench.run();
    expect(write.result).toBeUndefined();
    bench.type('\x11');
    bench.run();
    expect(write.result?.value).toBe(3);
    expect(text(bench.console.takeSent())).toBe('now');
  });
});

describe('streams', () => {
  test('that are no terminals: bytes as they are, ENOTTY, the end of input remembered', () => {
    const bench = new TerminalBench([false, false, false]);
    bench.type('a\rb\x03\x04');
    expect(bench.read(3)).toBe('a\rb');
    expect(bench.read(100)).toBe('\x03\x04');
    expect(bench.control(R.TCGETS).result?.error).toBe(ErrorNumber.ENOTTY);
    bench.write('x\n');
    expect(text(bench.console.takeSent(1))).toBe('x\n');
    const read = bench.startRead(5);
    bench.run();
    expect(read.result).toBeUndefined();
    bench.console.end();
    expect(bench.deliver()).toBe(-1);
    expect(bench.taken(read)).toBe('');
    expect(bench.read(5)).toBe('');
    expect(bench.poll()).toBe(READABLE | HANG_UP);
  });

  test('output goes to its own stream, echo to the terminal that there is', () => {
    const bench = new TerminalBench([true, false, true]);
    bench.type('hi\r');
    expect(text(bench.console.takeSent(2))).toBe('hi\r\n');
    bench.write('plain\n', 1);
    bench.write('cooked\n', 2);
    expect(bench.console.sent.map(({ stream, bytes }) => [stream, text(bytes)])).toEqual([
      [1, 'plain\n'],
      [2, 'cooked\r\n'],
    ]);
  });

  test('a terminal is one device: its output streams read, its input stream writes', () => {
    const bench = new TerminalBench();
    bench.type('q\r');
    expect(bench.taken(bench.startRead(10, 1, bench.one, 2))).toBe('q\n');
    bench.console.takeSent();
    expect(bench.write('w', 0)?.value).toBe(1);
    expect(text(bench.console.takeSent(1))).toBe('w');
  });

  test('a stream 0 that is no terminal takes no output', () => {
    const bench = new TerminalBench([false, true, true]);
    expect(bench.write('w', 0)?.error).toBe(ErrorNumber.EIO);
  });

  test('poll', () => {
    const bench = new TerminalBench([true, false, true]);
    expect(bench.poll(0)).toBe(WRITABLE);
    expect(bench.poll(1)).toBe(WRITABLE);
    bench.type('x');
    expect(bench.poll(0)).toBe(WRITABLE);
    bench.type('\r');
    expect(bench.poll(0)).toBe(READABLE | WRITABLE);
  });

  test('a host that refuses output ends a write with its error, and a terminal without echo is gone', () => {
    const bench = new TerminalBench();
    bench.console.refuses = true;
    expect(bench.write('x')?.error).toBe(ErrorNumber.EPIPE);
    const read = bench.startRead(10);
    bench.type('y');
    expect(bench.taken(read)).toBe('');
  });
});

describe('the device', () => {
  test('takes eight bytes with each write of its register', () => {
    const bench = new TerminalBench([false, false, false]);
    const before = charged(bench, Primitive.deviceAccess);
    bench.write('x'.repeat(100));
    expect(charged(bench, Primitive.deviceAccess) - before).toBe(13);
  });

  test('a long write leaves in portions, whole and in order', () => {
    const bench = new TerminalBench();
    const lines = Array.from({ length: 2000 }, (_, line) => `line ${line}\n`).join('');
    expect(bench.write(lines)?.value).toBe(lines.length);
    expect(text(bench.console.takeSent())).toBe(lines.replaceAll('\n', '\r\n'));
  });
});

describe('input', () => {
  test('is wanted while a reader waits', () => {
    const bench = new TerminalBench([false, true, true]);
    expect(inputWanted(bench.kernel)).toBe(false);
    const read = bench.startRead(1);
    bench.run();
    expect(inputWanted(bench.kernel)).toBe(true);
    expect(inputHeard(bench.kernel)).toBe(true);
    bench.type('x');
    expect(bench.taken(read)).toBe('x');
    expect(inputWanted(bench.kernel)).toBe(false);
    expect(inputHeard(bench.kernel)).toBe(false);
    bench.startRead(1);
    bench.console.end();
    bench.run();
    bench.deliver();
    expect(inputWanted(bench.kernel)).toBe(false);
  });

  test('of a terminal is heard for its signals, until the mode or its end says otherwise', () => {
    const bench = new TerminalBench();
    expect(inputWanted(bench.kernel)).toBe(false);
    expect(inputHeard(bench.kernel)).toBe(true);
    bench.settings((words) => {
      words[3] = (words[3] as number) & ~ISIG;
    });
    expect(inputHeard(bench.kernel)).toBe(false);
    bench.settings((words) => {
      words[3] = (words[3] as number) | ISIG;
    });
    bench.console.end();
    bench.deliver();
    expect(inputHeard(bench.kernel)).toBe(false);
  });
});
