/**
 * Guest programs that are lists of system calls, and what came of them.
 *
 * A script's entries are calls with their arguments, stores, waits in a loop, and jumps; a small machine program carries them
 * out one after another, keeps the results, and has a signal handler that logs what it is given. At its end the script
 * writes its memory out, where the test finds results, log and data.
 */
import type { OutsideConsole } from '../../../src/contracts/outside.ts';
import { memoryLayer } from '../../../src/host/shared/memory-layer.ts';
import type { Tracer } from '../../../src/workbench/index.ts';
import {
  MountKind,
  profileNamed,
  type RunEnd,
  roundRobin,
  runToEnd,
  System,
  structureNamed,
} from '../../../src/workbench/index.ts';
import { Assembler } from './assembler.ts';

const CODE = 0x1_0000;
const TABLE = 0x1_1000;
const LOG = 0x1_8000;
const DATA = 0x1_a000;
const END = 0x1_c000;
/** Stacks for threads: cleared memory behind the file's. */
const STACKS = 0x2_0000;
const STACK_BYTES = 0x4000;
const MEMORY_END = 0x4_0000;
const ENTRY_BYTES = 64;
const RESULT = 56;

const WRITE = 64;
const EXIT_GROUP = 94;

/** What an entry does when it is no call. */
const Special = { store: -1, spin: -2, jumpIfZero: -3, jump: -4 } as const;

/** One line of the handler's log. */
export interface LoggedSignal {
  readonly signal: number;
  readonly code: number;
  /** The 8 bytes of siginfo_t at 16, in halves, and the lower half of those at 24. */
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly stackPointer: number;
  readonly context: number;
  /** The mask to be restored: its lower half. */
  readonly mask: number;
}

export interface ScriptEnd {
  readonly end: RunEnd;
  readonly system: System;
  /** The result of an entry, as `call` numbered it. */
  result(entry: number): number;
  readonly log: readonly LoggedSignal[];
  /** A 64-bit word of the script's memory, as a number. */
  word(address: number): number;
}

export interface ScriptOptions {
  readonly harts?: number;
  readonly user?: number;
  /** Instructions to be run at most; 50 million when left out. */
  readonly instructions?: number;
  /** A machine profile; the fast one when left out. */
  readonly machine?: string;
  /** What is typed at the console, a terminal then, each time that the machine has come to rest. */
  readonly typed?: readonly string[];
  readonly tracer?: Tracer;
}

function machineCode(): Assembler {
  const code = new Assembler();
  code.lui('s0', TABLE);
  code.label('loop');
  code.ld('a7', 0, 's0');
  code.blt('a7', 'zero', 'special');
  ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'].forEach((register, index) => {
    code.ld(register, 8 + index * 8, 's0');
  });
  code.ecall();
  code.addi('s1', 'a0', 0);
  code.beq('a0', 'zero', 'next');
  code.sd('a0', RESULT, 's0');
  code.label('next');
  code.addi('s0', 's0', ENTRY_BYTES);
  code.j('loop');
  code.label('special');
  code.ld('a0', 8, 's0');
  code.ld('a1', 16, 's0');
  code.addi('a7', 'a7', 1);
  code.beq('a7', 'zero', 'store');
  code.addi('a7', 'a7', 1);
  code.beq('a7', 'zero', 'spin');
  code.addi('a7', 'a7', 1);
  code.bne('a7', 'zero', 'jump');
  code.bne('s1', 'zero', 'next');
  code.label('jump');
  code.addi('s0', 'a0', 0);
  code.j('loop');
  code.label('store');
  code.sd('a1', 0, 'a0');
  code.j('next');
  code.label('spin');
  code.ld('t0', 0, 'a0');
  code.bne('t0', 'a1', 'spin');
  code.j('next');
  code.label('handler');
  code.lui('t0', LOG);
  code.ld('t1', 0, 't0');
  code.slli('t2', 't1', 6);
  code.add('t2', 't2', 't0');
  code.addi('t1', 't1', 1);
  code.sd('t1', 0, 't0');
  code.sd('a0', 64, 't2');
  [8, 16, 24].forEach((offset, index) => {
    code.ld('t3', offset, 'a1');
    code.sd('t3', 72 + index * 8, 't2');
  });
  code.sd('sp', 96, 't2');
  code.sd('a2', 104, 't2');
  code.ld('t3', 40, 'a2');
  code.sd('t3', 112, 't2');
  code.ret();
  return code;
}

const PROGRAM = machineCode();
/** The handler that logs. */
export const HANDLER = CODE + PROGRAM.at('handler');

/** An ELF file whose memory, to be read, written and executed, begins with these bytes. */
function executable(image: Uint8Array): Uint8Array {
  const file = new Uint8Array(0x1000 + image.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, CODE, true);
  view.setUint32(32, 64, true);
  view.setUint32(48, 5, true);
  [64, 56, 1].forEach((value, index) => {
    view.setUint16(52 + index * 2, value, true);
  });
  view.setUint32(64, 1, true);
  view.setUint32(68, 7, true);
  [0x1000, CODE, CODE, image.length, MEMORY_END - CODE, 0x1000].forEach((value, index) => {
    view.setUint32(72 + index * 8, value, true);
  });
  file.set(image, 0x1000);
  return file;
}

function capture(typed?: readonly string[]): { console: OutsideConsole; bytes: () => Uint8Array } {
  const parts: Uint8Array[] = [];
  const keys = [...(typed ?? [])];
  const console: OutsideConsole = {
    receive: (into) => {
      const text = keys.shift();
      if (text === undefined) return typed === undefined ? -1 : 0;
      into.set(new TextEncoder().encode(text));
      return text.length;
    },
    arrival: () => Promise.resolve(),
    send: (_stream, bytes) => {
      parts.push(bytes.slice());
    },
    terminal: [typed !== undefined, false, false],
    columns: 80,
    rows: 24,
  };
  return { console, bytes: () => Uint8Array.from(parts.flatMap((part) => [...part])) };
}

type Entry = readonly number[] | (() => readonly number[]);

export class CallScript {
  readonly #entries: Entry[] = [];
  readonly #labels = new Map<string, number>();
  readonly #data: { at: number; words: readonly (readonly [number, number])[] }[] = [];
  #nextData = DATA;
  #nextStack = STACKS + STACK_BYTES;

  /** A system call; returns the number by which its result is found. */
  call(number: number, ...given: number[]): number {
    this.#entries.push([number, ...given]);
    return this.#entries.length - 1;
  }

  store(address: number, value: number): void {
    this.#entries.push([Special.store, address, value]);
  }

  /** Loops until a word of memory has a value. */
  spin(address: number, value: number): void {
    this.#entries.push([Special.spin, address, value]);
  }

  label(name: string): void {
    this.#labels.set(name, TABLE + this.#entries.length * ENTRY_BYTES);
  }

  /** Goes on at a label when the call before returned 0, as a child does after clone. */
  jumpIfZero(label: string): void {
    this.#entries.push(() => [Special.jumpIfZero, this.#place(label)]);
  }

  jump(label: string): void {
    this.#entries.push(() => [Special.jump, this.#place(label)]);
  }

  #place(label: string): number {
    const place = this.#labels.get(label);
    if (place === undefined) throw new Error(`no label ${label}`);
    return place;
  }

  /** Writes the script's memory out and ends its process. */
  finish(): void {
    this.call(WRITE, 1, CODE, END - CODE);
    this.call(EXIT_GROUP, 0);
  }

  /** Words of 64 bits in the script's memory: numbers, or pairs of low and high halves. Returns their address. */
  words(...values: (number | readonly [number, number])[]): number {
    const at = this.#nextData;
    const words = values.map((value) =>
      typeof value === 'number' ? ([value >>> 0, Math.floor(value / 2 ** 32) >>> 0] as const) : value,
    );
    this.#data.push({ at, words });
    this.#nextData += Math.max(1, values.length) * 8;
    if (this.#nextData > END) throw new Error('too much data');
    return at;
  }

  /** struct sigaction. */
  action(handler: number, flags = 0, maskLow = 0, maskHigh = 0): number {
    return this.words(handler, [flags >>> 0, 0], [maskLow >>> 0, maskHigh >>> 0]);
  }

  /** The top of a fresh stack. */
  stack(): number {
    this.#nextStack += STACK_BYTES;
    return this.#nextStack - STACK_BYTES;
  }

  #image(): Uint8Array {
    const image = new Uint8Array(END - CODE);
    const view = new DataView(image.buffer);
    const put = (at: number, low: number, high: number) => {
      view.setUint32(at - CODE, low >>> 0, true);
      view.setUint32(at - CODE + 4, high >>> 0, true);
    };
    image.set(PROGRAM.bytes());
    if (TABLE + this.#entries.length * ENTRY_BYTES > LOG) throw new Error('the script is too long');
    this.#entries.forEach((entry, index) => {
      const words = typeof entry === 'function' ? entry() : entry;
      words.forEach((value, place) => {
        put(TABLE + index * ENTRY_BYTES + place * 8, value >>> 0, Math.floor(value / 2 ** 32));
      });
    });
    for (const { at, words } of this.#data)
      words.forEach(([low, high], index) => {
        put(at + index * 8, low, high);
      });
    return image;
  }

  /** Runs the script as the main program of a machine. */
  async run(options: ScriptOptions = {}): Promise<ScriptEnd> {
    const { harts = 1, user = 0, instructions = 5e7, machine = 'modern', typed, tracer } = options;
    const { console, bytes } = capture(typed);
    const profile = profileNamed(machine);
    const layers = [
      memoryLayer([{ path: 'dev' }, { path: 'script', mode: 0o755, bytes: executable(this.#image()) }]),
    ];
    const system = System.start({
      profile,
      structure: structureNamed('monolithic'),
      policy: (ground, store) => roundRobin(ground, store),
      harts,
      memory: 32 * 2 ** 20,
      modelTranslation: false,
      seed: 1,
      world: { console, layers, pace: () => Promise.resolve() },
      plan: {
        mounts: [{ path: '/', kind: MountKind.overlay, layer: 0, flags: 0 }],
        nodes: [],
        programs: ['/script'],
        arguments: ['script'],
        environment: [],
        directory: '/',
        user,
        group: user,
        epoch: 1_000_000,
      },
      tracer,
      say: (message) => {
        throw new Error(message);
      },
    });
    const end = await runToEnd(system, { maxInstructions: instructions, realPace: false });
    return readEnd(system, end, bytes());
  }
}

function readEnd(system: System, end: RunEnd, bytes: Uint8Array): ScriptEnd {
  const view = new DataView(bytes.buffer);
  const low = (at: number) => (at - CODE < bytes.length ? view.getUint32(at - CODE, true) : 0);
  const word = (at: number) =>
    at - CODE < bytes.length ? view.getInt32(at - CODE + 4, true) * 2 ** 32 + low(at) : 0;
  const log = Array.from({ length: word(LOG) }, (_, index) => {
    const at = LOG + 64 + index * 64;
    return {
      signal: word(at),
      code: low(at + 8) | 0,
      first: low(at + 16),
      second: low(at + 20),
      third: low(at + 24) | 0,
      stackPointer: word(at + 32),
      context: word(at + 40),
      mask: low(at + 48),
    };
  });
  return { end, system, log, word, result: (entry) => word(TABLE + entry * ENTRY_BYTES + RESULT) };
}
