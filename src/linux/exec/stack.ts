/**
 * The first words of a new program's stack, as the RISC-V psABI has them: argc, argv, envp, the auxiliary vector, and above
 * them the strings that they point to.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { SpanRight, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../../contracts/units.ts';
import { draw } from '../../kernel/choice.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from '../../services/memory/interface.ts';
import { currentProcess, currentThread } from '../state.ts';
import { blockAt, pieces } from './argument-block.ts';
import { execPagesAt, prefixStrings } from './pages.ts';

export const stacks = serviceInterface('linux', {
  /**
   * Builds the stack in the region that is mapped for it, which ends at `top`. `auxiliary` is a page of pairs (integers as 8 bytes) of which `pairs` are used; the
   * random bytes' and the path's addresses are filled in. Value: the stack pointer.
   */
  buildStack: {
    space: 'number',
    pages: 'number',
    block: 'number',
    path: 'number',
    pathLength: 'number',
    limit: 'number',
    top: 'number',
    auxiliary: 'number',
    pairs: 'number',
  },
});

/** The stack's region ends here; above it is only the page of the kernel's own code. */
export const STACK_TOP = 0xffff_e000;
/** Bytes mapped at once, before the stack has to grow. */
export const FIRST_STACK_BYTES = 132 * 1024;

/** Auxiliary vector types (linux/auxvec.h). */
export const Auxiliary = {
  programHeaders: 3,
  programHeaderSize: 4,
  programHeaderCount: 5,
  pageSize: 6,
  base: 7,
  flags: 8,
  entry: 9,
  user: 11,
  effectiveUser: 12,
  group: 13,
  effectiveGroup: 14,
  hardware: 16,
  clockTicks: 17,
  secure: 23,
  random: 25,
  path: 31,
  systemInformation: 33,
} as const;

const RANDOM_BYTES = 16;

/** A cursor that writes downwards or upwards into the new space, whose pages are all present. */
class StackWriter {
  readonly #k: Kernel;
  readonly #space: PhysicalAddress;
  readonly #word: PhysicalAddress;

  constructor(k: Kernel, space: PhysicalAddress) {
    this.#k = k;
    this.#space = space;
    this.#word = currentThread(k).scratch2;
  }

  bytes(at: VirtualAddress, from: PhysicalAddress, length: number): void {
    const span = { space: this.#space, start: at, length, rights: SpanRight.write };
    if (this.#k.toSpan(span, 0, from, length) !== length) throw new Error('a page of a new stack is missing');
  }

  text(at: VirtualAddress, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; done += PAGE_SIZE) {
      const part = bytes.subarray(done, done + PAGE_SIZE);
      this.#k.memory.store(this.#word, part);
      this.bytes(at + done, this.#word, part.length);
    }
  }

  words(at: VirtualAddress, values: readonly number[]): void {
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    values.forEach((value, index) => {
      view.setUint32(index * 8, value >>> 0, true);
      view.setUint32(index * 8 + 4, Math.floor(value / 2 ** 32) >>> 0, true);
    });
    this.text(at, bytes);
  }
}

/** Addresses of the NUL-ended strings in bytes that will lie at `at`. */
function addressesIn(bytes: Uint8Array, at: VirtualAddress): number[] {
  const addresses: number[] = [];
  for (let start = 0; start < bytes.length; start = bytes.indexOf(0, start) + 1) addresses.push(at + start);
  return addresses;
}

/** All strings of the block in one piece of host memory, for the length of a step. */
function gather(k: Kernel, block: PhysicalAddress): Uint8Array {
  const all = new Uint8Array(blockAt(k, block).bytes);
  let at = 0;
  for (const [start, length] of pieces(k, block)) {
    all.set(k.memory.bytes(start, length), at);
    at += length;
  }
  return all;
}

function joined(strings: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(strings.reduce((sum, text) => sum + text.length + 1, 0));
  let at = 0;
  for (const text of strings) {
    bytes.set(text, at);
    at += text.length + 1;
  }
  return bytes;
}

interface BuildRequest {
  readonly space: number;
  readonly pages: number;
  readonly block: number;
  readonly path: number;
  readonly pathLength: number;
  readonly top: number;
  readonly auxiliary: number;
  readonly pairs: number;
}

/** The strings in the order in which they lie: arguments (after scripts have had their say), environment, path. */
function stringsOf(
  k: Kernel,
  f: BuildRequest,
): { argv: Uint8Array; environment: Uint8Array; path: Uint8Array } {
  const all = gather(k, f.block);
  const { argumentBytes } = blockAt(k, f.block);
  const own = all.subarray(0, argumentBytes);
  const prefix = prefixStrings(k, f.pages);
  const rest = prefix.length === 0 ? own : own.subarray(own.indexOf(0) + 1);
  const front = joined(prefix);
  const argv = new Uint8Array(front.length + rest.length);
  argv.set(front);
  argv.set(rest, front.length);
  return {
    argv,
    environment: all.subarray(argumentBytes),
    path: joined([k.memory.bytes(f.path, f.pathLength).slice()]),
  };
}

function randomBytes(k: Kernel): Uint8Array {
  const words = new Uint32Array(RANDOM_BYTES / 4).map(() => draw(k.root));
  return new Uint8Array(words.buffer);
}

/** Bytes that will be written, for the pages to be supplied before. */
function sizeOf(k: Kernel, f: BuildRequest): number {
  const block = blockAt(k, f.block);
  const { prefixLength, prefixCount } = execPagesAt(k, f.pages);
  const pointers = block.argumentCount + block.environmentCount + prefixCount + 3 + f.pairs * 2 + 8;
  return block.bytes + prefixLength + f.pathLength + RANDOM_BYTES + pointers * 8 + PAGE_SIZE;
}

function write(k: Kernel, f: BuildRequest): VirtualAddress {
  const writer = new StackWriter(k, f.space);
  const { argv, environment, path } = stringsOf(k, f);
  const pathAt = f.top - 8 - path.length;
  const environmentAt = pathAt - environment.length;
  const argvAt = environmentAt - argv.length;
  const randomAt = Math.floor((argvAt - RANDOM_BYTES) / 16) * 16;
  writer.text(pathAt, path);
  writer.text(environmentAt, environment);
  writer.text(argvAt, argv);
  writer.text(randomAt, randomBytes(k));
  const auxiliary: number[] = [];
  for (let pair = 0; pair < f.pairs; pair++)
    auxiliary.push(
      k.memory.readInteger(f.auxiliary + pair * 16),
      k.memory.readInteger(f.auxiliary + pair * 16 + 8),
    );
  auxiliary.push(Auxiliary.random, randomAt, Auxiliary.path, pathAt, 0, 0);
  const pointers = addressesIn(argv, argvAt);
  const words = [pointers.length, ...pointers, 0, ...addressesIn(environment, environmentAt), 0];
  const start = Math.floor((randomAt - (words.length + auxiliary.length) * 8) / 16) * 16;
  writer.words(start, [...words, ...auxiliary]);
  const process = currentProcess(k);
  process.argumentStart = argvAt;
  process.argumentEnd = environmentAt;
  process.environmentStart = environmentAt;
  process.environmentEnd = pathAt;
  process.auxiliaryStart = start + words.length * 8;
  process.auxiliaryLength = auxiliary.length * 8;
  return start;
}

const buildStack = operation(stacks.buildStack, ['size', 'present'], {
  begin(k, f) {
    f.size = sizeOf(k, f);
    return f.size > f.limit ? k.fail(ErrorNumber.E2BIG) : k.goto('supply');
  },
  supply(k, f) {
    if (f.present >= f.size) return k.done(write(k, f));
    const address = f.top - f.size + f.present;
    const length = f.size - f.present;
    return k.call(memory.supply, { space: f.space, address, length, access: Access.write }, 'supplied');
  },
  supplied(k, f, reply) {
    if (reply.error !== 0) return k.fail(ErrorNumber.ENOMEM);
    f.present += reply.value;
    return k.goto('supply');
  },
});

export const stackOperations: readonly Operation[] = [buildStack];
