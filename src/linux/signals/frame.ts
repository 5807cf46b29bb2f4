/**
 * The signal frame of riscv64 Linux: siginfo_t, then ucontext_t with the registers (arch/riscv/include/uapi/asm/ucontext.h,
 * sigcontext.h). It is put together and taken apart in a page of the personality's.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { CONTEXT_FCSR, CONTEXT_FLOATS, CONTEXT_PC } from '../../contracts/machine.ts';
import type { PhysicalAddress, VirtualAddress } from '../../contracts/units.ts';
import type { Context } from '../../kernel/context.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ThreadView } from '../state.ts';
import { type AlternateStack, isOnAlternateStack } from './alternate-stack.ts';
import { INFORMATION_BYTES } from './information.ts';
import { maskToSave } from './mask.ts';

/** Places in ucontext_t; the mask has room for 1,024 signals, and the registers are aligned to 16. */
const ContextPlace = { stack: 16, mask: 40, registers: 176 } as const;
/** Places in the registers: pc and x1 to x31, f0 to f31, fcsr, then what a larger float state would have. */
const RegisterPlace = { general: 0, floats: 256, control: 512, reserved: 516 } as const;
const GENERAL_BYTES = 256;
const FLOAT_BYTES = 256;
const RESERVED_WORDS = 3;
const REGISTER_BYTES = 784;

/** Where ucontext_t begins, and the size of all. */
export const CONTEXT_OFFSET = INFORMATION_BYTES;
export const FRAME_BYTES = CONTEXT_OFFSET + ContextPlace.registers + REGISTER_BYTES;
const REGISTERS = CONTEXT_OFFSET + ContextPlace.registers;
/** x1 to x31, pc, f0 to f31, fcsr. */
const REGISTER_COUNT = 65;
const STACK_POINTER = 2;
const ALIGNMENT = 16;

/** Where the frame goes, or -1 when the alternate stack is full. */
export function placeOfFrame(thread: ThreadView, context: Context, onStack: boolean): VirtualAddress | -1 {
  const pointer = context.unsigned(STACK_POINTER);
  const used = isOnAlternateStack(thread, pointer);
  if (used && !isOnAlternateStack(thread, pointer - FRAME_BYTES)) return -1;
  const start = onStack && !used && thread.stackSize !== 0 ? thread.stackStart + thread.stackSize : pointer;
  const place = start - FRAME_BYTES;
  return place - (place % ALIGNMENT);
}

function put64(k: Kernel, at: PhysicalAddress, value: number): void {
  k.memory.write32(at, value >>> 0);
  k.memory.write32(at + 4, Math.floor(value / 2 ** 32) >>> 0);
}

function get64(k: Kernel, at: PhysicalAddress): number {
  return k.memory.read32(at + 4) * 2 ** 32 + k.memory.read32(at);
}

/** Writes stack_t. */
export function putStack(k: Kernel, at: PhysicalAddress, { start, flags, size }: AlternateStack): void {
  put64(k, at, start);
  put64(k, at + 8, flags >>> 0);
  put64(k, at + 16, size);
}

export function getStack(k: Kernel, at: PhysicalAddress): AlternateStack {
  return { start: get64(k, at), flags: k.memory.read32(at + 8), size: get64(k, at + 16) };
}

/** Fills the frame at `at` behind its siginfo_t, which is there already. */
export function composeFrame(k: Kernel, thread: ThreadView, context: Context, at: PhysicalAddress): void {
  k.memory.clear(at + CONTEXT_OFFSET, FRAME_BYTES - CONTEXT_OFFSET);
  const { stackStart, stackSize, stackFlags } = thread;
  putStack(k, at + CONTEXT_OFFSET + ContextPlace.stack, {
    start: stackStart,
    flags: stackFlags,
    size: stackSize,
  });
  const { low, high } = maskToSave(thread);
  const mask = at + CONTEXT_OFFSET + ContextPlace.mask;
  k.memory.write32(mask, low);
  k.memory.write32(mask + 4, high);
  const to = at + REGISTERS;
  k.memory.copy(to + RegisterPlace.general, context.address, GENERAL_BYTES);
  k.memory.copy(to + RegisterPlace.general, context.address + CONTEXT_PC, 8);
  k.memory.copy(to + RegisterPlace.floats, context.address + CONTEXT_FLOATS, FLOAT_BYTES);
  k.memory.copy(to + RegisterPlace.control, context.address + CONTEXT_FCSR, 4);
  k.meter.charge(Primitive.registerSaved, REGISTER_COUNT);
}

/** What a frame holds beside the registers. */
export interface RestoredFrame {
  readonly maskLow: number;
  readonly maskHigh: number;
  readonly stack: AlternateStack;
}

/** Takes the registers back. Undefined when the frame claims state that this machine has not got. */
export function restoreFrame(k: Kernel, context: Context, at: PhysicalAddress): RestoredFrame | undefined {
  const from = at + REGISTERS;
  for (let word = 0; word < RESERVED_WORDS; word++)
    if (k.memory.read32(from + RegisterPlace.reserved + word * 4) !== 0) return undefined;
  k.memory.copy(context.address + 8, from + RegisterPlace.general + 8, GENERAL_BYTES - 8);
  k.memory.copy(context.address + CONTEXT_PC, from + RegisterPlace.general, 8);
  k.memory.copy(context.address + CONTEXT_FLOATS, from + RegisterPlace.floats, FLOAT_BYTES);
  context.fcsr = k.memory.read32(from + RegisterPlace.control) & 0xff;
  k.meter.charge(Primitive.registerRestored, REGISTER_COUNT);
  const mask = at + CONTEXT_OFFSET + ContextPlace.mask;
  return {
    maskLow: k.memory.read32(mask),
    maskHigh: k.memory.read32(mask + 4),
    stack: getStack(k, at + CONTEXT_OFFSET + ContextPlace.stack),
  };
}
