/**
 * A tracer in strace's format: one line for each system call, `[pid N] name(arguments) = result`.
 *
 * It only looks (peek.ts), so that a traced run is the same run. What it keeps is about lines not yet finished, and is its
 * own, not the machine's.
 */
import { errorName } from '../contracts/errors.ts';
import { NATIVE_CALLS } from '../contracts/native.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NativeTracer } from '../kernel/native/tracer.ts';
import type { ArgumentKind, SystemCall } from '../linux/call.ts';
import { LinuxThread } from '../linux/records.ts';
import { SYSTEM_CALL_NAMES } from '../linux/system-call-names.ts';
import type { Tracer } from '../linux/trace.ts';
import { errorText } from './error-texts.ts';
import { peekBytes } from './peek.ts';

const A0 = 10;
/** Bytes of a string that are shown, as strace's -s. */
const SHOWN = 32;
const LONGEST_PATH = 4096;
/** Calls that fill the buffer behind an argument: it is shown when they return. */
const FILLS_BUFFER: ReadonlySet<string> = new Set(['read', 'pread64', 'readlinkat', 'getcwd', 'getrandom']);
const EMPTIES_BUFFER: ReadonlySet<string> = new Set(['write', 'pwrite64']);
const NEVER_RETURNS: ReadonlySet<string> = new Set(['exit', 'exit_group', 'rt_sigreturn']);

/** Bytes as a C string literal. */
function quoted(bytes: Uint8Array): string {
  const escapes: { readonly [byte: number]: string } = {
    9: '\\t',
    10: '\\n',
    13: '\\r',
    34: '\\"',
    92: '\\\\',
  };
  let text = '';
  bytes.forEach((byte, index) => {
    const next = bytes[index + 1] ?? 0;
    if (escapes[byte] !== undefined) text += escapes[byte];
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
    else text += `\\${next >= 48 && next < 58 ? byte.toString(8).padStart(3, '0') : byte.toString(8)}`;
  });
  return `"${text}"`;
}

function shown(bytes: Uint8Array): string {
  return bytes.length > SHOWN ? `${quoted(bytes.subarray(0, SHOWN))}...` : quoted(bytes);
}

function hexadecimal(value: number): string {
  if (value === 0) return '0';
  return value < 0 ? String(value) : `0x${value.toString(16)}`;
}

/** The name of a call that the personality does not have, which may be another structure's own. */
function nameOf(number: number): string {
  return SYSTEM_CALL_NAMES[number] ?? NATIVE_CALLS.get(number)?.name ?? `syscall_${hexadecimal(number)}`;
}

export class Strace implements Tracer, NativeTracer {
  readonly #write: (line: string) => void;
  /** Lines begun by threads whose call has not returned. */
  readonly #begun = new Map<PhysicalAddress, string>();
  #several = false;
  #first = 0;

  /** @param write receives each line, with its newline. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  enter(k: Kernel, number: number, call: SystemCall | undefined): void {
    const { thread } = k;
    if (call === undefined) {
      this.#begun.set(thread, `${nameOf(number)}(${this.#raw(k)})`);
      return;
    }
    if (FILLS_BUFFER.has(call.name)) return;
    const line = `${call.name}(${this.#arguments(k, call, undefined)})`;
    if (NEVER_RETURNS.has(call.name)) this.#line(k, k.thread, `${line} = ?`);
    else this.#begun.set(thread, line);
  }

  leave(k: Kernel, number: number, call: SystemCall | undefined, value: number, error: number): void {
    if (call !== undefined && NEVER_RETURNS.has(call.name)) return;
    const filled = call !== undefined && FILLS_BUFFER.has(call.name);
    const line = filled
      ? `${call.name}(${this.#arguments(k, call, error === 0 ? value : 0)})`
      : (this.#begun.get(k.thread) ?? `${call?.name ?? number}(...)`);
    this.#begun.delete(k.thread);
    this.#line(k, k.thread, `${line} = ${result(call, value, error)}`);
  }

  enterNative(
    _k: Kernel,
    thread: PhysicalAddress,
    name: string,
    request: Readonly<Record<string, number>>,
  ): void {
    const shown = Object.entries(request).map(([key, value]) => `${key} ${hexadecimal(value)}`);
    this.#begun.set(thread, `${name}(${shown.join(', ')})`);
  }

  leaveNative(k: Kernel, thread: PhysicalAddress, value: number, second?: number): void {
    const line = this.#begun.get(thread) ?? '...';
    this.#begun.delete(thread);
    const more = second === undefined ? '' : `, ${hexadecimal(second)}`;
    this.#line(k, thread, `${line} = ${hexadecimal(value)}${more}`);
  }

  #line(k: Kernel, thread: PhysicalAddress, text: string): void {
    const { personality } = k.threads.observe(thread);
    const id = personality === 0 ? 0 : LinuxThread.at(k.meter.observer, personality).id;
    this.#first ||= id;
    this.#several ||= id !== this.#first;
    this.#write(this.#several ? `[pid ${String(id).padStart(5)}] ${text}\n` : `${text}\n`);
  }

  #raw(k: Kernel): string {
    const context = k.threads.context(k.thread);
    return Array.from({ length: 6 }, (_, index) => hexadecimal(context.unsigned(A0 + index))).join(', ');
  }

  /** @param filled bytes that the call put into its buffer, for the calls that fill one. */
  #arguments(k: Kernel, call: SystemCall, filled: number | undefined): string {
    const context = k.threads.context(k.thread);
    const kinds = Object.entries(call.arguments);
    const { personality } = k.threads.observe(k.thread);
    const first = LinuxThread.at(k.meter.observer, personality);
    return kinds
      .map(([name, kind], index) => {
        const register = A0 + index;
        // a0 holds the result by the time that a buffer has been filled
        const low = index === 0 ? first.argumentLow : context.low(register);
        const high = index === 0 ? first.argumentHigh : context.high(register);
        const value = high * 2 ** 32 + low;
        const length = context.unsigned(register + 1);
        if (name === 'buffer' || name === 'into') {
          if (filled !== undefined && filled > 0) return shown(this.#bytes(k, value, filled));
          if (EMPTIES_BUFFER.has(call.name)) return shown(this.#bytes(k, value, length));
        }
        return this.#value(k, kind, low, high);
      })
      .join(', ');
  }

  /** No more than can be shown. */
  #bytes(k: Kernel, address: number, length: number): Uint8Array {
    return peekBytes(k, k.thread, address, Math.min(length, SHOWN + 1));
  }

  #value(k: Kernel, kind: ArgumentKind, low: number, high: number): string {
    const value = high * 2 ** 32 + low;
    switch (kind) {
      case 'descriptor':
        return (low | 0) === -100 ? 'AT_FDCWD' : String(low | 0);
      case 'int':
      case 'signal':
        return String(low | 0);
      case 'unsigned':
        return String(low);
      case 'long':
        return String((high | 0) * 2 ** 32 + low);
      case 'size':
        return String(value);
      case 'mode':
        return `0${low.toString(8)}`;
      case 'path': {
        if (value === 0) return 'NULL';
        const bytes = peekBytes(k, k.thread, value, LONGEST_PATH);
        const end = bytes.indexOf(0);
        return end < 0 ? hexadecimal(value) : quoted(bytes.subarray(0, end));
      }
      case 'pointer':
        return value === 0 ? 'NULL' : hexadecimal(value);
      default:
        return hexadecimal(low);
    }
  }
}

/** Calls whose results are addresses. */
const ADDRESSES: ReadonlySet<string> = new Set(['mmap', 'brk', 'mremap']);

function result(call: SystemCall | undefined, value: number, error: number): string {
  if (error !== 0) return `-1 ${errorName(error)} (${errorText(error)})`;
  return call !== undefined && ADDRESSES.has(call.name) ? hexadecimal(value) : String(value);
}
