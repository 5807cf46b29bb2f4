/**
 * Scripts of system calls as programs: a script is a table of calls that a tiny riscv64 program carries out one after the
 * other, so that the same calls can be made under polykernel and under any other Linux.
 *
 * `script.call('openat', CWD, script.text('a'), O_CREAT | O_RDWR, 0o600)` adds a call; what it returns may be an argument
 * of later ones. When the script is through, the program writes its whole table to standard output; `outcomeOf` reads the
 * results and the buffers out of it.
 */
import { systemCalls } from '../../../src/linux/table.ts';

/** A value that is known when the script runs: the result of an earlier call, or bytes that one has written. */
export interface Later {
  readonly address: number;
}
export type Argument = number | Later;

/** Where the program and its table lie. */
const IMAGE = 0x1_0000;
const TABLE = 0x2_0000;
const CODE_OFFSET = 0x78;
/** An entry: number, which arguments are addresses of values, six arguments, result. */
const ENTRY_BYTES = 72;
const RESULT = 64;
/** Entries first, then everything else. */
const MOST_ENTRIES = 400;
const DATA = TABLE + MOST_ENTRIES * ENTRY_BYTES;
const DATA_BYTES = 0x2_0000;
const END = 0xffff_ffff_ffff_ffffn;
/** Not a system call: goes on behind the next entries when its argument is 0. */
const SKIP = 4096;

/**
 * The program: s0 goes through the table. For each entry it loads a7 and a0 to a5, through the address where the mask says
 * so, makes the call and stores a0; entry number 4096 adds its second argument to s0 if the first is 0; a negative number
 * ends: the table is written to descriptor 1, as often as it takes.
 */
const CODE: readonly number[] = [
  0x00020437, 0x00043883, 0x0808c863, 0x00843283, 0x01043503, 0x0012f313, 0x00030463, 0x00053503, 0x01843583,
  0x0022f313, 0x00030463, 0x0005b583, 0x02043603, 0x0042f313, 0x00030463, 0x00063603, 0x02843683, 0x0082f313,
  0x00030463, 0x0006b683, 0x03043703, 0x0102f313, 0x00030463, 0x00073703, 0x03843783, 0x0202f313, 0x00030463,
  0x0007b783, 0x000013b7, 0x00788a63, 0x00000073, 0x04a43023, 0x04840413, 0xf81ff06f, 0x04840413, 0xf6051ce3,
  0x00b40433, 0xf71ff06f, 0x000205b7, 0x01043603, 0x00100513, 0x04000893, 0x00000073, 0x00a05863, 0x00a585b3,
  0x40a60633, 0xfe0614e3, 0x00000513, 0x05e00893, 0x00000073,
];

function numberOf(name: string): number {
  for (const call of systemCalls.values()) if (call.name === name) return call.number;
  throw new Error(`there is no call named ${name}`);
}

export class Script {
  readonly #table = new DataView(new ArrayBuffer(DATA + DATA_BYTES - TABLE));
  readonly #expected: { readonly entry: number; readonly name: string; readonly value: number }[] = [];
  #entries = 0;
  #used = DATA;

  /** Room for `length` bytes of the program's, all 0. Returns its address. */
  room(length: number): number {
    const at = this.#used;
    this.#used += Math.ceil(length / 8) * 8;
    if (this.#used > DATA + DATA_BYTES) throw new Error('the script has no room left');
    return at;
  }

  bytes(bytes: Uint8Array): number {
    const at = this.room(bytes.length);
    new Uint8Array(this.#table.buffer).set(bytes, at - TABLE);
    return at;
  }

  /** A NUL-ended string. */
  text(text: string): number {
    return this.bytes(new TextEncoder().encode(`${text}\0`));
  }

  /** 64-bit words. */
  words(...words: readonly Argument[]): number {
    const at = this.room(words.length * 8);
    words.forEach((word, index) => {
      if (typeof word !== 'number') throw new Error('a word must be known beforehand');
      this.#table.setBigInt64(at - TABLE + index * 8, BigInt(word), true);
    });
    return at;
  }

  /** The 64-bit word at an address of the program, as it is when a later call is made. */
  at(address: number): Later {
    return { address };
  }

  /** Adds a call of the table's name. */
  call(name: string, ...parameters: readonly Argument[]): Later {
    return this.#add(BigInt(numberOf(name)), parameters);
  }

  /** Adds a call that must return `value`: an error is its negative number. */
  expect(value: number, name: string, ...parameters: readonly Argument[]): Later {
    this.#expected.push({ entry: this.#entries, name, value });
    return this.call(name, ...parameters);
  }

  /** What `body` adds is done only where a value is 0 (the child of a clone, for one). */
  whenZero(value: Later, body: () => void): void {
    const skip = this.#entries;
    const other = this.#entries + 1;
    // Where the value is 0, the entry that leads around the body is passed over.
    this.#add(BigInt(SKIP), [value, ENTRY_BYTES]);
    this.#add(BigInt(SKIP), [0, 0]);
    body();
    const distance = (this.#entries - other - 1) * ENTRY_BYTES;
    this.#put(other, 3, BigInt(distance));
    if (skip >= MOST_ENTRIES) throw new Error('the script is too long');
  }

  /** Runs `body` in a child process, which then ends with status 0. */
  child(body: () => void): Later {
    const SIGCHLD = 17;
    const id = this.call('clone', SIGCHLD, 0, 0, 0, 0);
    this.whenZero(id, () => {
      body();
      this.call('exit_group', 0);
    });
    return id;
  }

  /** The program as an ELF file. */
  elf(): Uint8Array {
    this.#put(this.#entries, 0, END);
    this.#put(this.#entries, 2, BigInt(this.#used - TABLE));
    const length = TABLE - IMAGE + this.#used - TABLE;
    const file = new Uint8Array(length);
    const view = new DataView(file.buffer);
    file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    const halves: readonly [number, number][] = [
      [16, 2],
      [18, 243],
      [52, 64],
      [54, 56],
      [56, 1],
    ];
    for (const [at, value] of halves) view.setUint16(at, value, true);
    const words: readonly [number, number][] = [
      [20, 1],
      [48, 5],
      [64, 1],
      [68, 7],
    ];
    for (const [at, value] of words) view.setUint32(at, value, true);
    const longs: readonly [number, number][] = [
      [24, IMAGE + CODE_OFFSET],
      [32, 64],
      [80, IMAGE],
      [88, IMAGE],
      [96, length],
      [104, length],
      [112, 4096],
    ];
    for (const [at, value] of longs) view.setBigUint64(at, BigInt(value), true);
    CODE.forEach((word, index) => {
      view.setUint32(CODE_OFFSET + index * 4, word, true);
    });
    file.set(new Uint8Array(this.#table.buffer, 0, this.#used - TABLE), TABLE - IMAGE);
    return file;
  }

  /** Reads what the program wrote. */
  outcomeOf(output: Uint8Array): Outcome {
    const start = output.length - (this.#used - TABLE);
    if (start < 0) throw new Error(`the script did not come to its end: ${output.length} bytes of output`);
    return new Outcome(output.subarray(start), this.#expected);
  }

  #put(entry: number, word: number, value: bigint): void {
    this.#table.setBigUint64(entry * ENTRY_BYTES + word * 8, value, true);
  }

  #add(number: bigint, parameters: readonly Argument[]): Later {
    const entry = this.#entries;
    if (entry >= MOST_ENTRIES - 1) throw new Error('the script is too long');
    this.#entries += 1;
    this.#put(entry, 0, number);
    let mask = 0;
    parameters.forEach((parameter, index) => {
      if (typeof parameter !== 'number') mask |= 1 << index;
      const value = typeof parameter === 'number' ? parameter : parameter.address;
      this.#table.setBigInt64(entry * ENTRY_BYTES + 16 + index * 8, BigInt(value), true);
    });
    this.#put(entry, 1, BigInt(mask));
    return { address: TABLE + entry * ENTRY_BYTES + RESULT };
  }
}

/** What a script came to. */
export class Outcome {
  readonly #memory: DataView;
  readonly #expected: readonly { readonly entry: number; readonly name: string; readonly value: number }[];

  constructor(
    memory: Uint8Array,
    expected: readonly { readonly entry: number; readonly name: string; readonly value: number }[],
  ) {
    this.#memory = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
    this.#expected = expected;
  }

  value(later: Later): number {
    return Number(this.#memory.getBigInt64(later.address - TABLE, true));
  }

  word(address: number): number {
    return this.value({ address });
  }

  int(address: number): number {
    return this.#memory.getInt32(address - TABLE, true);
  }

  short(address: number): number {
    return this.#memory.getInt16(address - TABLE, true);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#memory.byteOffset + address - TABLE, length).slice();
  }

  text(address: number, length: number): string {
    return new TextDecoder().decode(this.bytes(address, length));
  }

  /** Expected results that did not come, as 'nth call name: wanted, got'. */
  surprises(): string[] {
    return this.#expected.flatMap(({ entry, name, value }) => {
      const got = Number(this.#memory.getBigInt64(entry * ENTRY_BYTES + RESULT, true));
      return got === value ? [] : [`call ${entry}, ${name}: wanted ${value}, got ${got}`];
    });
  }
}
