/**
 * The process's standard streams as the machine's console.
 *
 * Nothing is read before the machine asks. Output is written at once and wholly, also to a full pipe; when the other end of
 * a pipe is gone, `send` throws EPIPE, which the guest hears of as a Linux program does. A terminal is put into raw mode while the
 * console is open (the machine has its own line discipline) and is restored at the end of the process and on signals.
 */
import { spawnSync } from 'node:child_process';
import { fstatSync, writeSync } from 'node:fs';
import { isatty, type ReadStream } from 'node:tty';
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutsideConsole, OutsideError } from '../../contracts/outside.ts';
import { fileInput, type InputSource } from './file-input.ts';
import { errorNumberOf } from './refusal.ts';

export interface NodeConsoleOptions {
  /** False leaves a terminal's mode as it is. */
  readonly raw?: boolean;
  /** Where input comes from; process.stdin when left out. */
  readonly input?: NodeJS.ReadStream | NodeJS.ReadableStream;
  /** Bytes of standard input that the machine has had before, when it is a file: a resumed machine goes on behind them. */
  readonly skip?: number;
}

export interface NodeConsole extends OutsideConsole {
  /** Stops reading and restores the terminal. */
  close(): void;
}

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** Milliseconds between attempts to write to a stream that is full and does not block. */
const RETRY_AFTER = 2;

/** Is a standard stream a terminal? Node's own answer is asked for devices alone: its module takes milliseconds to load. */
export function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor);
  } catch {
    return false; // It is closed.
  }
}

/** Lets milliseconds pass. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Writes all bytes to a descriptor, waiting while it is full. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const number = errorNumberOf(error);
      if (number === ErrorNumber.EAGAIN) sleep(RETRY_AFTER);
      else if (number !== ErrorNumber.EINTR)
        throw new OutsideError(number, `stream ${descriptor} of the host refuses output`);
    }
  }
}

/** Raw mode while the console is open, and its end. */
class TerminalMode {
  readonly #stream: ReadStream;
  readonly #restore = (): void => {
    this.#stream.setRawMode(false);
  };
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.leave();
    process.kill(process.pid, signal);
  };

  constructor(stream: ReadStream) {
    this.#stream = stream;
  }

  enter(): void {
    this.#stream.setRawMode(true);
    // Node's raw mode still turns newlines into CR LF, which spoils the cursor movements of full-screen programs. Where there
    // is no stty, that is how it stays.
    spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
    process.on('exit', this.#restore);
    for (const signal of ENDING_SIGNALS) process.on(signal, this.#onSignal);
  }

  leave(): void {
    process.off('exit', this.#restore);
    for (const signal of ENDING_SIGNALS) process.off(signal, this.#onSignal);
    this.#restore();
  }
}

/** Input of a pipe or terminal: read only when asked for, and kept until it is taken. */
class StreamInput implements InputSource {
  readonly #open: () => NodeJS.ReadableStream;
  #stream: NodeJS.ReadableStream | undefined;
  #left: Uint8Array = new Uint8Array(0);
  #ended = false;
  #stirred = false;
  #wakers: (() => void)[] = [];
  readonly #tell = (): void => {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  };
  readonly #end = (): void => {
    this.#ended = true;
    this.#tell();
  };

  constructor(open: () => NodeJS.ReadableStream) {
    this.#open = open;
  }

  take(into: Uint8Array): number {
    this.#refill();
    const count = Math.min(into.length, this.#left.length);
    into.set(this.#left.subarray(0, count));
    this.#left = this.#left.subarray(count);
    return count === 0 && this.#ended && this.#left.length === 0 ? -1 : count;
  }

  async arrival(): Promise<void> {
    this.#stirred = false;
    for (;;) {
      this.#refill();
      // A stream also says 'readable' shortly before its end: the machine is not told of nothing.
      if (this.#left.length > 0 || this.#ended || this.#stirred) return;
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
  }

  close(): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    stream.off('readable', this.#tell).off('end', this.#end).off('error', this.#end).off('close', this.#end);
    stream.pause();
    (stream as Partial<ReadStream>).unref?.();
  }

  stir(): void {
    this.#stirred = true;
    this.#tell();
  }

  #refill(): void {
    this.#start();
    if (this.#left.length > 0) return;
    const piece = this.#stream?.read() as Buffer | null | undefined;
    if (piece) this.#left = piece;
  }

  /** An error of the input is its end, as when a terminal goes away. */
  #start(): void {
    if (this.#stream !== undefined) return;
    this.#stream = this.#open();
    this.#stream
      .on('readable', this.#tell)
      .on('end', this.#end)
      .on('error', this.#end)
      .on('close', this.#end);
  }
}

function inputFrom({ input, skip }: NodeConsoleOptions): InputSource {
  const stream = () => input ?? process.stdin;
  return input === undefined && isFile(0) ? fileInput(0, skip ?? 0) : new StreamInput(stream);
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

/** The console on this process's standard streams. */
export function nodeConsole(options: NodeConsoleOptions = {}): NodeConsole {
  const input = inputFrom(options);
  const terminal = [options.input === undefined && isTerminal(0), isTerminal(1), isTerminal(2)] as const;
  const mode = terminal[0] && options.raw !== false ? new TerminalMode(process.stdin) : undefined;
  mode?.enter();
  const screen = () => (terminal[1] ? process.stdout : terminal[2] ? process.stderr : undefined);
  const onResize = (): void => input.stir();
  screen()?.on('resize', onResize);
  return {
    terminal,
    get columns() {
      return screen()?.columns ?? 80;
    },
    get rows() {
      return screen()?.rows ?? 24;
    },
    receive: (into) => input.take(into),
    arrival: () => input.arrival(),
    send: (stream, bytes) => writeAll(stream, bytes),
    close() {
      screen()?.off('resize', onResize);
      input.close();
      mode?.leave();
    },
  };
}
