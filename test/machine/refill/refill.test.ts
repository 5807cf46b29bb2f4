// Misses of the modelled TLB that generated code refills against the same machine that asks `Translation` for each: after every
// event of a random history both have the same memory (with the TLB, its turns, its counts and the page tables in it), charges,
// clock, registers and trap.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Access, type AccessKind, ExitReason, TranslationKind } from '../../../src/contracts/machine.ts';
import { FRAME_SIZE } from '../../../src/machine/layout.ts';
import { Translation } from '../../../src/machine/translation/translation.ts';
import type { Eagerness } from '../../../src/machine/translator/eagerness.ts';
import { AT_ONCE } from '../../../src/machine/translator/eagerness.ts';
import { assemble } from '../isa/support/assemble.ts';
import { leafEntry } from '../translation/tables.ts';
import {
  CODE_FRAME,
  DATA_FRAME,
  DATA_FRAMES,
  HARTS,
  RefillMachine,
  type SmallCaches,
  SPACES,
} from './machine.ts';

const PAGES = 28;
const CODE_PAGES = 8;
const CODE = 0x10000;
const HIGH = 2 ** 20;
const BASE_REGISTERS = [8, 9, 12, 13, 14, 15] as const;
const LOADED = 20;
const MOST_PIECES = 200;
/** More of everything with FULL_COMPARISON=1. */
const SHARE = process.env.FULL_COMPARISON === '1' ? 50 : 1;
const FAULTS_OF_DATA: readonly number[] = [4, 5, 6, 7, 13, 15];

/** Page numbers that share sets of caches and entries of direct-mapped tables; a few above 4 GiB, a few with code. */
function pageNumber(index: number): number {
  if (index < 2) return CODE / FRAME_SIZE + 2 + index * 2;
  if (index < 6) return HIGH + 0x200 + index;
  return 0x100 + (index % 5) + Math.floor(index / 5) * (index % 2 === 0 ? 4096 : 8);
}

const NAMES = ['lb', 'lw', 'ld', 'ld', 'sb', 'sw', 'sd', 'sd', 'lr.w', 'sc.w', 'amoadd.w'] as const;
const operation = fc.record({
  name: fc.constantFrom(...NAMES),
  base: fc.nat(BASE_REGISTERS.length - 1),
  offset: fc.oneof(
    { weight: 6, arbitrary: fc.nat(60).map((at) => at * 8) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2, 4, -1, -4, -8, 2044, 2047) },
  ),
  /** Goes on in the next page of code. */
  leaves: fc.nat(5).map((at) => at === 0),
});
const page = fc.nat(PAGES - 1);
const space = fc.nat(SPACES - 1);
const frame = fc.nat(DATA_FRAMES - 1).map((at) => DATA_FRAME + at);
const letters = fc.constantFrom('', 'vru', 'vrwu', 'vrxu', 'vrwxu', 'vrwuad', 'vrwad', 'vwuad', 'vrwxuad');
const event = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      code: fc.array(operation, { minLength: 4, maxLength: 50, size: 'max' }),
      rounds: fc.integer({ min: 2, max: 40 }),
      bases: fc.array(page, { minLength: BASE_REGISTERS.length, maxLength: BASE_REGISTERS.length }),
      budgets: fc.array(fc.integer({ min: 1, max: 2500 }), { minLength: 2, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), space, page, letters, frame }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('use' as const), space }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hart' as const), hart: fc.nat(HARTS - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), space }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('kernel' as const),
      space,
      page,
      access: fc.constantFrom<AccessKind>(0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('touch' as const), frame }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const) }) },
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;
type Run = Extract<Event, { do: 'run' }>;

/** Writes the program: operations on the registers, over pages of code, as often as x5 says; it ends in ecall. */
function write(machine: RefillMachine, { code }: Run): void {
  const { u32 } = machine.memory;
  let at = 0;
  const put = (word: number): void => {
    u32[(CODE_FRAME * FRAME_SIZE + at) / 4] = word;
    at += 4;
  };
  const touched = new Set([CODE_FRAME]);
  for (const [index, { name, base, offset, leaves }] of code.entries()) {
    const isAtomic = name.includes('.');
    const rs1 = BASE_REGISTERS[base] as number;
    const immediate = isAtomic ? 0 : offset;
    if (isAtomic || name.startsWith('l'))
      put(assemble(name, { rd: LOADED + (index % 8), rs1, rs2: 7, immediate }));
    else put(assemble(name, { rs1, rs2: 7, immediate }));
    const next = (Math.floor(at / FRAME_SIZE) + 1) * FRAME_SIZE;
    if (!leaves || next >= CODE_PAGES * FRAME_SIZE) continue;
    put(assemble('jal', { rd: 0, immediate: next - at }));
    at = next;
    touched.add(CODE_FRAME + next / FRAME_SIZE);
  }
  put(assemble('addi', { rd: 5, rs1: 5, immediate: -1 }));
  put(assemble('beq', { rs1: 5, rs2: 0, immediate: 8 }));
  put(assemble('jal', { rd: 0, immediate: -at }));
  put(assemble('ecall', {}));
  // As the kernel does it, so that what was decoded and translated is forgotten.
  for (const changed of touched) machine.memory.copy(changed * FRAME_SIZE, changed * FRAME_SIZE, FRAME_SIZE);
}

/** Runs by pieces, and tells what was seen after each. An instruction that faults is passed over. */
function run(machine: RefillMachine, event: Run): string {
  write(machine, event);
  const { processor } = machine;
  const seen: (string | number)[] = [];
  machine.pc = CODE;
  machine.setRegister(5, event.rounds);
  machine.setRegister(7, 0x1234_5678);
  for (const [index, register] of BASE_REGISTERS.entries())
    machine.setRegister(register, pageNumber(event.bases[index] as number) * FRAME_SIZE);
  for (let turn = 0; turn < MOST_PIECES; turn++) {
    const reason = processor.run(event.budgets[turn % event.budgets.length] as number);
    seen.push(reason, processor.retired, machine.seen);
    if (reason !== ExitReason.trap) continue;
    if (!FAULTS_OF_DATA.includes(processor.trap.cause)) break;
    machine.pc = machine.pc + 4;
  }
  return seen.join('\n');
}

/** Lets an event happen; gives what is to be compared, besides memory. */
function play(machine: RefillMachine, event: Event): string {
  const { processor, roots, tables } = machine;
  const root = (of: number): number => roots[of] as number;
  switch (event.do) {
    case 'run':
      return run(machine, event);
    case 'set': {
      const entry = event.letters === '' ? 0 : leafEntry(event.frame, event.letters);
      tables.set(root(event.space), pageNumber(event.page), entry);
      processor.forgetPage(root(event.space), event.space + 1, pageNumber(event.page) * FRAME_SIZE);
      break;
    }
    case 'use':
      processor.useSpace(TranslationKind.pageTable, root(event.space), event.space + 1);
      break;
    case 'hart':
      processor.activate(event.hart);
      break;
    case 'forget':
      processor.forgetSpace(root(event.space), event.space + 1);
      break;
    case 'kernel': {
      const address = pageNumber(event.page) * FRAME_SIZE;
      return `${processor.translate(root(event.space), event.space + 1, address, event.access)}`;
    }
    case 'touch':
      return [
        processor.touch(SPACES + 1, event.frame * FRAME_SIZE, 0),
        processor.touchAsKernel(event.frame * FRAME_SIZE, 1),
      ].join();
    case 'drop':
      processor.dropCaches();
  }
  return machine.seen;
}

/** Code is mapped everywhere, most data is, and a space is in force on each hart. */
function begin(machine: RefillMachine): void {
  machine.reset();
  for (const [index, root] of machine.roots.entries()) {
    for (let at = 0; at < PAGES; at++)
      if ((at + index) % 5 !== 0)
        machine.tables.set(root, pageNumber(at), leafEntry(DATA_FRAME + at + index * PAGES, 'vrwu'));
    for (let at = 0; at < CODE_PAGES; at++)
      machine.tables.set(root, CODE / FRAME_SIZE + at, leafEntry(CODE_FRAME + at, 'vrwxuad'));
  }
  for (let hart = HARTS - 1; hart >= 0; hart--) {
    machine.processor.activate(hart);
    machine.processor.useSpace(TranslationKind.pageTable, machine.roots[hart] as number, hart + 1);
  }
}

/** Accesses that translated code tests together, and between them some to pages that take their places in the TLB. */
const INTERLEAVED: Run = {
  do: 'run',
  code: [
    { name: 'lw', base: 0, offset: 0, leaves: false },
    { name: 'sd', base: 1, offset: 16, leaves: false },
    { name: 'ld', base: 0, offset: 8, leaves: false },
    { name: 'lw', base: 2, offset: 0, leaves: false },
    { name: 'ld', base: 0, offset: 16, leaves: false },
    { name: 'amoadd.w', base: 3, offset: 0, leaves: false },
    { name: 'sd', base: 0, offset: 24, leaves: false },
  ],
  rounds: 500,
  bases: [11, 16, 21, 26, 11, 11],
  budgets: [100_000, 333],
};

const SHAPES: readonly (SmallCaches & { name: string })[] = [
  { name: 'tagged, two ways', instruction: [4, 2], data: [8, 2], tagged: true },
  { name: 'tagged, one set of four', instruction: [4, 4], data: [4, 4], tagged: true },
  { name: 'untagged, direct mapped', instruction: [2, 1], data: [4, 1], tagged: false },
  { name: 'untagged, three sets', instruction: [3, 3], data: [6, 2], tagged: false },
];

describe.each(SHAPES)('accesses that share a test: $name', (caches) => {
  it('are misses when others between them were', () => {
    const machines = [new RefillMachine(caches, false, false), new RefillMachine(caches, true, AT_ONCE)];
    const [reference, subject] = machines.map((machine) => {
      begin(machine);
      const seen = Array.from({ length: 3 }, () => play(machine, INTERLEAVED)).join('\n');
      return seen;
    });
    expect(subject).toBe(reference);
  });
});

describe.each(SHAPES)('a refill by generated code: $name', (caches) => {
  it.each<[string, Eagerness | false, number]>([
    ['interpreted', false, 5 * SHARE],
    ['translated', AT_ONCE, 5 * SHARE],
  ])('is the same as by Translation, %s', (_name, translate, numRuns) => {
    const reference = new RefillMachine(caches, false, false);
    const subject = new RefillMachine(caches, true, translate);
    const counted = vi.spyOn(Translation.prototype, 'countRefills');
    fc.assert(
      fc.property(fc.array(event, { minLength: 5, maxLength: 25, size: 'max' }), (history) => {
        for (const machine of [reference, subject]) begin(machine);
        for (const happening of history) {
          expect(play(subject, happening)).toBe(play(reference, happening));
          expect(Buffer.compare(subject.memory.u8, reference.memory.u8)).toBe(0);
        }
      }),
      { numRuns },
    );
    const refills = (of: AccessKind): number =>
      counted.mock.calls.reduce((sum, [access, count]) => (access === of ? sum + count : sum), 0);
    const [data, code] = [refills(Access.read), refills(Access.execute)];
    counted.mockRestore();
    expect(data).toBeGreaterThan(20);
    expect(code).toBeGreaterThan(20);
  });
});
