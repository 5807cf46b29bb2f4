// LR and SC on one hart: a switch to another thread in between, or a system call, breaks the reservation; nothing else does.
import { describe, expect, it } from 'vitest';
import { memoryLayer } from '../../src/host/node/index.ts';
import { roundRobin, runToEnd, System } from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';

/** Forks a child that spins, then does what it says; ends with bit 0: first SC failed, bit 1: second failed. */
const PROGRAM = [
  0x01100513, // addi a0,zero,17       clone(SIGCHLD, 0, 0, 0, 0)
  0x00000593, // addi a1,zero,0
  0x00000613, // addi a2,zero,0
  0x00000693, // addi a3,zero,0
  0x00000713, // addi a4,zero,0
  0x0dc00893, // addi a7,zero,220
  0x00000073, // ecall
  0x06050063, // beq a0,zero,child
  0xff010113, // addi sp,sp,-16
  0x00013023, // sd zero,0(sp)
  0x00018337, // lui t1,0x18
  0x6a03031b, // addiw t1,t1,1696
  0xfff30313, // addi t1,t1,-1         100,000 rounds: the child only spins by then, and takes no traps
  0xfe031ee3, // bne t1,zero,.-4
  0x100132af, // lr.d t0,(sp)
  0x00018337, // lui t1,0x18
  0x6a03031b, // addiw t1,t1,1696
  0xfff30313, // addi t1,t1,-1         100,000 rounds: longer than a slice
  0xfe031ee3, // bne t1,zero,.-4
  0x1861342f, // sc.d s0,t1,(sp)
  0x100132af, // lr.d t0,(sp)
  0x0b200893, // addi a7,zero,178      gettid
  0x00000073, // ecall
  0x186134af, // sc.d s1,t1,(sp)
  0x100132af, // lr.d t0,(sp)
  0x1851392f, // sc.d s2,t0,(sp)       with nothing in between it succeeds
  0xfe091ce3, // bne s2,zero,.-8
  0x00149493, // slli s1,s1,1
  0x00946533, // or a0,s0,s1
  0x05d00893, // addi a7,zero,93       exit
  0x00000073, // ecall
  0x00049337, // child: lui t1,0x49
  0x3e03031b, // addiw t1,t1,992
  0xfff30313, // addi t1,t1,-1
  0xfe031ee3, // bne t1,zero,.-4
  0x00000513, // addi a0,zero,0
  0x05d00893, // addi a7,zero,93
  0x00000073, // ecall
];

const BASE = 0x10000;
const HEADERS = 64 + 56;

/** A static riscv64 program of one segment (elf(5)). */
function elf(words: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(HEADERS + words.length * 4);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(243, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BigInt(BASE + HEADERS), 24);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(1, 64);
  bytes.writeUInt32LE(5, 68);
  bytes.writeBigUInt64LE(BigInt(BASE), 80);
  bytes.writeBigUInt64LE(BigInt(BASE), 88);
  bytes.writeBigUInt64LE(BigInt(bytes.length), 96);
  bytes.writeBigUInt64LE(BigInt(bytes.length), 104);
  bytes.writeBigUInt64LE(4096n, 112);
  words.forEach((word, index) => {
    bytes.writeUInt32LE(word, HEADERS + index * 4);
  });
  return bytes;
}

async function statusWith(quantum: number): Promise<number> {
  const layer = memoryLayer([{ path: 'program', mode: 0o755, bytes: elf(PROGRAM) }], 'a program');
  const console = recordingConsole(new Uint8Array(0));
  const parts = partsFor(layer, ['/program'], { memory: 16 * 1024 * 1024 }, console);
  const system = System.start({ ...parts, policy: (ground, store) => roundRobin(ground, store, quantum) });
  const end = await runToEnd(system, { maxInstructions: 10_000_000, realPace: false });
  if (end.reason !== 'ended') throw new Error(end.reason);
  return end.status >>> 8;
}

describe('a reservation', () => {
  it('is broken by a switch to another thread', async () => {
    expect((await statusWith(20_000)) & 1).toBe(1);
  });

  it('is kept while the thread runs on', async () => {
    expect((await statusWith(1_000_000_000)) & 1).toBe(0);
  });

  it('is broken by a system call', async () => {
    expect((await statusWith(1_000_000_000)) & 2).toBe(2);
  });
});
