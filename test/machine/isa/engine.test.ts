/** The engine's contract: exact budgets, traps, page crossings, stores to code, reservations. */

import { describe, expect, it } from 'vitest';
import { RunExit } from '../../../src/machine/interpreter/exits.ts';
import { TrapCause } from '../../../src/machine/isa/trap-causes.ts';
import { HartBlock } from '../../../src/machine/layout.ts';
import { assemble, assembleCompressed } from './support/assemble.ts';
import { FlatMachine, type FlatMachineOptions } from './support/flat-machine.ts';

const CODE = 0x10000;
const DATA = 0x40000;
const CODE_FRAME = 16;
const DATA_FRAME = 64;

function machineWith(words: readonly number[], options: FlatMachineOptions = {}): FlatMachine {
  const machine = new FlatMachine(options);
  machine.map(CODE, CODE_FRAME, 2, 'rx');
  machine.map(DATA, DATA_FRAME, 2, 'rw');
  machine.words(CODE, words);
  machine.pc = CODE;
  return machine;
}

const addi = (rd: number, rs1: number, immediate: number): number => assemble('addi', { rd, rs1, immediate });
const ECALL = assemble('ecall');

/** Sums 1..x11 into x10: three instructions a round, then ecall. */
const SUM = [
  addi(10, 0, 0),
  assemble('add', { rd: 10, rs1: 10, rs2: 11 }),
  addi(11, 11, -1),
  assemble('bne', { rs1: 11, rs2: 0, immediate: -8 }),
  ECALL,
];

describe('budget', () => {
  it.each([1, 3])('stops exactly at every instruction count, at price %i', (instructionPrice) => {
    const total = 1 + 3 * 7;
    for (let count = 0; count <= total; count += 1) {
      const machine = machineWith(SUM, { instructionPrice });
      machine.setX(11, 7);
      const spare = count % instructionPrice;
      expect(machine.run(count * instructionPrice + spare)).toBe(RunExit.budget);
      expect(machine.remaining).toBe(spare);
      const stepped = machineWith(SUM, { instructionPrice });
      stepped.setX(11, 7);
      for (let i = 0; i < count; i += 1) stepped.run(instructionPrice);
      expect([machine.pc, machine.x(10), machine.x(11)]).toEqual([stepped.pc, stepped.x(10), stepped.x(11)]);
    }
  });

  it('does not charge the instruction that traps', () => {
    const machine = machineWith(SUM);
    machine.setX(11, 7);
    expect(machine.run(1000)).toBe(RunExit.trap);
    expect(machine.trapCause).toBe(TrapCause.environmentCallFromUser);
    expect(machine.remaining).toBe(1000 - 22);
    expect(machine.pc).toBe(BigInt(CODE + 16));
    expect(machine.x(10)).toBe(28n);
  });

  it('charges a translation before the instruction, which then waits for budget', () => {
    const load = assemble('ld', { rd: 10, rs1: 8, immediate: 0 });
    const machine = machineWith([addi(9, 9, 1), load, addi(9, 9, 1), ECALL], { translationPrice: 30 });
    machine.setX(8, DATA);
    expect(machine.run(33)).toBe(RunExit.budget);
    expect(machine.remaining).toBe(33 - 30 - 1 - 30);
    expect(machine.pc).toBe(BigInt(CODE + 4));
    expect(machine.run(10)).toBe(RunExit.trap);
    expect(machine.remaining).toBe(8);
    expect(machine.translations).toEqual(['x 10000', 'r 40000']);
  });
});

describe('memory', () => {
  it('reads and writes misaligned and across pages', () => {
    const access = [
      assemble('sd', { rs1: 8, rs2: 9, immediate: 0 }),
      assemble('ld', { rd: 10, rs1: 8, immediate: 0 }),
      assemble('lhu', { rd: 11, rs1: 8, immediate: 3 }),
      ECALL,
    ];
    const machine = machineWith(access);
    machine.map(DATA + 0x1000, 80, 1, 'rw');
    for (let offset = 0xff0; offset <= 0x1000; offset += 1) {
      machine.setX(8, DATA + offset);
      machine.setX(9, 0x1122334455667788n + BigInt(offset));
      machine.pc = CODE;
      expect(machine.run(100)).toBe(RunExit.trap);
      expect(machine.trapCause).toBe(TrapCause.environmentCallFromUser);
      expect(machine.x(10)).toBe(0x1122334455667788n + BigInt(offset));
      expect(machine.x(11)).toBe(0x4455n);
    }
  });

  it('faults across pages without any effect', () => {
    const machine = machineWith([assemble('sd', { rs1: 8, rs2: 9, immediate: 0 })]);
    machine.unmap(DATA + 0x1000);
    machine.setX(8, DATA + 0xffc);
    machine.setX(9, -1);
    expect(machine.run(5)).toBe(RunExit.trap);
    expect(machine.trapCause).toBe(TrapCause.storePageFault);
    expect(machine.trapValue).toBe(BigInt(DATA + 0x1000));
    expect(machine.pc).toBe(BigInt(CODE));
    expect(machine.remaining).toBe(5);
    expect(machine.view.getUint32(machine.place(DATA) + 0xffc, true)).toBe(0);
  });

  it.each([0x0000_8000_0000_0000n, 0x1_0000_0000_0000n, -1n << 48n])(
    'faults at %x, no canonical address',
    (at) => {
      const machine = machineWith([assemble('lb', { rd: 10, rs1: 8, immediate: 0 })]);
      machine.setX(8, at);
      expect(machine.run(5)).toBe(RunExit.trap);
      expect(machine.trapCause).toBe(TrapCause.loadPageFault);
      expect(machine.trapValue).toBe(BigInt.asUintN(64, at));
      expect(machine.translations).toEqual(['x 10000']);
    },
  );

  it('does not take an address for another whose upper half differs', () => {
    const machine = machineWith([
      assemble('ld', { rd: 10, rs1: 8, immediate: 0 }),
      assemble('ld', { rd: 11, rs1: 9, immediate: 0 }),
    ]);
    machine.setX(8, DATA);
    machine.setX(9, (1n << 32n) + BigInt(DATA));
    expect(machine.run(5)).toBe(RunExit.trap);
    expect(machine.trapValue).toBe((1n << 32n) + BigInt(DATA));
    expect(machine.remaining).toBe(4);
  });

  it('counts data accesses when asked to', () => {
    const machine = machineWith(
      [
        assemble('ld', { rd: 10, rs1: 8, immediate: 0 }),
        assemble('sd', { rs1: 8, rs2: 10, immediate: 8 }),
        assemble('amoadd.w', { rd: 10, rs1: 8, rs2: 9 }),
        assemble('lw', { rd: 10, rs1: 8, immediate: 0x7fe }),
        ECALL,
      ],
      { countDataAccesses: true },
    );
    machine.setX(8, DATA + 0x800);
    machine.run(100);
    expect(machine.view.getUint32(HartBlock.dataAccesses, true)).toBe(4);
  });
});

describe('fetch', () => {
  it('executes an instruction that straddles two pages', () => {
    const machine = machineWith([]);
    const word = addi(10, 10, 5);
    machine.map(CODE + 0x1000, 90, 1, 'rx');
    machine.view.setUint16(machine.place(CODE) + 0xffe, word & 0xffff, true);
    machine.view.setUint16(machine.place(90 * 4096), word >>> 16, true);
    machine.view.setUint32(machine.place(90 * 4096) + 2, ECALL, true);
    machine.pc = CODE + 0xffe;
    expect(machine.run(100)).toBe(RunExit.trap);
    expect(machine.trapCause).toBe(TrapCause.environmentCallFromUser);
    expect(machine.x(10)).toBe(5n);
    expect(machine.remaining).toBe(99);
  });

  it('faults on the second half with the address of the second page', () => {
    const machine = machineWith([]);
    machine.unmap(CODE + 0x1000);
    machine.view.setUint16(machine.place(CODE) + 0xffe, addi(10, 10, 5) & 0xffff, true);
    machine.pc = CODE + 0xffe;
    expect(machine.run(100)).toBe(RunExit.trap);
    expect(machine.trapCause).toBe(TrapCause.instructionPageFault);
    expect(machine.trapValue).toBe(BigInt(CODE + 0x1000));
    expect(machine.pc).toBe(BigInt(CODE + 0xffe));
  });

  it('runs off the end of a page into the next', () => {
    const machine = machineWith([]);
    machine.words(CODE + 0xff8, [addi(10, 10, 1), addi(10, 10, 1), addi(10, 10, 1), ECALL]);
    machine.pc = CODE + 0xff8;
    expect(machine.run(100)).toBe(RunExit.trap);
    expect(machine.x(10)).toBe(3n);
    expect(machine.pc).toBe(BigInt(CODE + 0x1004));
  });

  it('jumps across pages and back', () => {
    const machine = machineWith([assemble('jal', { rd: 1, immediate: 0x1000 }), addi(10, 10, 1), ECALL]);
    machine.words(CODE + 0x1000, [addi(10, 10, 2), assemble('jalr', { rs1: 1 })]);
    expect(machine.run(100)).toBe(RunExit.trap);
    expect([machine.x(10), machine.remaining]).toEqual([3n, 96]);
  });

  it('works with a pool of two decoded pages', () => {
    const hops = 8;
    const machine = new FlatMachine({ decodedPages: 2 });
    machine.map(0x100000, 16, hops, 'rx');
    for (let hop = 0; hop < hops; hop += 1) {
      const back = hop === hops - 1 ? -0x1000 * (hops - 1) : 0x1000;
      machine.words((16 + hop) * 4096, [addi(10, 10, 1), assemble('jal', { immediate: back - 4 })]);
    }
    machine.pc = 0x100000;
    expect(machine.run(1000)).toBe(RunExit.budget);
    expect(machine.x(10)).toBe(500n);
  });

  it.each([
    ['a reserved encoding', 0xffffffff, 0xffffffffn],
    ['all zeros', 0, 0n],
    ['a reserved compressed encoding', 0x8002, 0x8002n],
  ])('traps on %s', (_name, word, value) => {
    const machine = machineWith([addi(10, 0, 1), word]);
    expect(machine.run(100)).toBe(RunExit.trap);
    expect(machine.trapCause).toBe(TrapCause.illegalInstruction);
    expect(machine.trapValue).toBe(value);
    expect([machine.pc, machine.remaining]).toEqual([BigInt(CODE + 4), 99]);
  });

  it('hands CSR accesses to the machine, but not those of the float status', () => {
    const machine = machineWith([
      assemble('csrrwi', { rd: 10, rs1: 0x1f, immediate: 1 }),
      assemble('csrrwi', { rs1: 2, immediate: 2 }),
      assemble('csrrs', { rd: 11, immediate: 3 }),
      assemble('csrrs', { rd: 12, immediate: 0xc00 }),
    ]);
    expect(machine.run(100)).toBe(RunExit.system);
    expect([machine.x(10), machine.x(11)]).toEqual([0n, 0x5fn]);
    expect([machine.pc, machine.remaining]).toEqual([BigInt(CODE + 12), 97]);
  });
});

describe('stores to code', () => {
  const patched = (immediate: number): bigint => BigInt(addi(10, 10, immediate));

  it('take effect on the next instruction of the same straight line', () => {
    const machine = machineWith([
      addi(10, 10, 1),
      assemble('sw', { rs1: 8, rs2: 9, immediate: 8 }),
      addi(10, 10, 1),
      addi(10, 10, 1),
      ECALL,
    ]);
    machine.map(CODE, CODE_FRAME, 1, 'rwx');
    machine.setX(8, CODE);
    machine.setX(9, patched(100));
    expect(machine.run(100)).toBe(RunExit.trap);
    expect([machine.x(10), machine.remaining]).toEqual([102n, 96]);
  });

  it('take effect through another mapping, and when code was already executed', () => {
    const machine = machineWith([
      addi(10, 10, 1),
      assemble('sw', { rs1: 8, rs2: 9, immediate: 0 }),
      addi(11, 11, 1),
      assemble('bne', { rs1: 11, rs2: 12, immediate: -12 }),
      ECALL,
    ]);
    machine.map(0x7000_0000, CODE_FRAME, 1, 'rw');
    machine.setX(8, 0x7000_0000);
    machine.setX(9, patched(100));
    machine.setX(12, 3);
    expect(machine.run(100)).toBe(RunExit.trap);
    expect([machine.x(10), machine.remaining]).toEqual([201n, 88]);
  });

  it('by an atomic into itself still write rd', () => {
    const machine = machineWith([assemble('amoadd.w', { rd: 10, rs1: 8, rs2: 9 }), ECALL]);
    machine.map(CODE, CODE_FRAME, 1, 'rwx');
    machine.setX(8, CODE);
    expect(machine.run(100)).toBe(RunExit.trap);
    const before = BigInt(assemble('amoadd.w', { rd: 10, rs1: 8, rs2: 9 }));
    expect([machine.x(10), machine.x(0)]).toEqual([before, 0n]);
  });

  it('take effect when the page was writable before it held code', () => {
    const machine = machineWith([]);
    machine.map(DATA, DATA_FRAME, 1, 'rwx');
    machine.words(CODE, [
      assemble('sw', { rs1: 8, rs2: 9, immediate: 0 }),
      assemble('jalr', { rd: 1, rs1: 8 }),
      addi(9, 13, 0),
      assemble('sw', { rs1: 8, rs2: 9, immediate: 0 }),
      assemble('jalr', { rd: 1, rs1: 8 }),
      ECALL,
    ]);
    machine.words(DATA, [0, assemble('jalr', { rs1: 1 })]);
    machine.setX(8, DATA);
    machine.setX(9, patched(3));
    machine.setX(13, patched(40));
    expect(machine.run(100)).toBe(RunExit.trap);
    expect([machine.x(10), machine.remaining]).toEqual([43n, 91]);
  });

  it('to data beside code need no host and change nothing', () => {
    const machine = machineWith([
      assemble('sd', { rs1: 8, rs2: 9, immediate: 0x400 }),
      assemble('ld', { rd: 10, rs1: 8, immediate: 0x400 }),
      addi(9, 9, -1),
      assemble('bne', { rs1: 9, rs2: 0, immediate: -12 }),
      ECALL,
    ]);
    machine.map(CODE, CODE_FRAME, 1, 'rwx');
    machine.setX(8, CODE);
    machine.setX(9, 50);
    expect(machine.run(1000)).toBe(RunExit.trap);
    expect([machine.x(10), machine.remaining]).toEqual([1n, 800]);
    expect(machine.translations).toEqual(['x 10000', 'w 10400', 'r 10400']);
  });

  it('by the kernel take effect after invalidateFrame', () => {
    const machine = machineWith([addi(10, 10, 1), ECALL]);
    machine.run(100);
    machine.words(CODE, [addi(10, 10, 7)]);
    machine.engine.invalidateFrame(CODE_FRAME);
    machine.pc = CODE;
    machine.run(100);
    expect(machine.x(10)).toBe(8n);
  });
});

describe('translation sets', () => {
  it('are separate, flushed by set and by page, and asked for again once', () => {
    const machine = machineWith([assemble('ld', { rd: 10, rs1: 8, immediate: 0 }), ECALL]);
    machine.setX(8, DATA);
    const asked = (): string[] => {
      machine.translations.length = 0;
      machine.pc = CODE;
      machine.run(10);
      return [...machine.translations];
    };
    expect(asked()).toEqual(['x 10000', 'r 40000']);
    expect(asked()).toEqual([]);
    machine.engine.flushPage(0, DATA, 0);
    expect(asked()).toEqual(['r 40000']);
    machine.engine.selectSet(1);
    expect(asked()).toEqual(['x 10000', 'r 40000']);
    machine.engine.selectSet(0);
    expect(asked()).toEqual([]);
    machine.engine.flushSet(0);
    expect(asked()).toEqual(['x 10000', 'r 40000']);
    machine.engine.dropCaches();
    expect(asked()).toEqual(['x 10000', 'r 40000']);
  });
});

describe('atomics', () => {
  it('make the reservation hold between LR and SC, and trap exits end it', () => {
    const code = [
      assemble('lr.d', { rd: 10, rs1: 8 }),
      addi(11, 10, 1),
      assemble('sc.d', { rd: 12, rs1: 8, rs2: 11 }),
      assemble('sc.d', { rd: 13, rs1: 8, rs2: 0 }),
      assemble('lr.d', { rd: 10, rs1: 8 }),
      ECALL,
      assemble('sc.d', { rd: 14, rs1: 8, rs2: 0 }),
      ECALL,
    ];
    const machine = machineWith(code);
    machine.setX(8, DATA + 16);
    machine.run(100);
    expect([machine.x(12), machine.x(13), machine.x(10)]).toEqual([0n, 1n, 1n]);
    machine.pc = CODE + 24;
    machine.run(100);
    expect(machine.x(14)).toBe(1n);
    expect(machine.view.getBigUint64(machine.place(DATA) + 16, true)).toBe(1n);
  });

  it.each([
    ['lr.w', TrapCause.loadAddressMisaligned],
    ['sc.w', TrapCause.storeAddressMisaligned],
    ['amoadd.d', TrapCause.storeAddressMisaligned],
  ])('%s traps when misaligned', (name, cause) => {
    const machine = machineWith([assemble(name, { rd: 10, rs1: 8 })]);
    machine.setX(8, DATA + 2);
    expect(machine.run(10)).toBe(RunExit.trap);
    expect([machine.trapCause, machine.trapValue]).toEqual([cause, BigInt(DATA + 2)]);
    expect(machine.remaining).toBe(10);
  });
});

describe('compressed instructions', () => {
  it('execute as what they expand to, with two-byte addresses', () => {
    const machine = machineWith([]);
    const halves = [
      assembleCompressed('c.li', { rd: 10, immediate: -5 }),
      assembleCompressed('c.jalr', { rs1: 8 }),
      assembleCompressed('c.ebreak'),
      assembleCompressed('c.addi', { rd: 10, rs1: 10, immediate: 7 }),
      assembleCompressed('c.jr', { rs1: 1 }),
    ];
    halves.forEach((half, i) => {
      machine.view.setUint16(machine.place(CODE) + i * 2, half, true);
    });
    machine.setX(8, CODE + 6);
    expect(machine.run(100)).toBe(RunExit.trap);
    expect([machine.trapCause, machine.trapValue]).toEqual([TrapCause.breakpoint, BigInt(CODE + 4)]);
    expect([machine.x(10), machine.x(1), machine.remaining]).toEqual([2n, BigInt(CODE + 4), 96]);
  });
});
