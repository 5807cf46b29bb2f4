/**
 * Time as programs see it: struct timespec and struct timeval against cycles of the machine.
 *
 * Seconds and nanoseconds stay apart, because their sum in nanoseconds has no exact number. An instant is rounded up to a
 * cycle, so that nothing ends too early.
 */
import { type Cycles, NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { linuxRoot } from '../state.ts';

export const NANOSECONDS = 1_000_000_000;
export const TIMESPEC_BYTES = 16;
const HALF = 2 ** 32;

export interface TimeValue {
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
}

export const ZERO_TIME: TimeValue = { seconds: 0, nanoseconds: 0 };

function signed64(k: Kernel, at: PhysicalAddress): number {
  return (k.memory.read32(at + 4) | 0) * HALF + k.memory.read32(at);
}

/** Writes a safe integer as 64 bits. */
export function put64(k: Kernel, at: PhysicalAddress, value: number): void {
  k.memory.write32(at, value >>> 0);
  k.memory.write32(at + 4, Math.floor(value / HALF) >>> 0);
}

/** Reads a struct timespec; undefined when it is negative or has too many nanoseconds. */
export function readTimespec(k: Kernel, at: PhysicalAddress): TimeValue | undefined {
  return checked(signed64(k, at), signed64(k, at + 8));
}

/** Reads a struct timeval, whose second field is microseconds. */
export function readTimeval(k: Kernel, at: PhysicalAddress): TimeValue | undefined {
  return checked(signed64(k, at), signed64(k, at + 8) * 1000);
}

function checked(seconds: number, nanoseconds: number): TimeValue | undefined {
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= NANOSECONDS) return undefined;
  return { seconds, nanoseconds };
}

export function writeTimespec(k: Kernel, at: PhysicalAddress, { seconds, nanoseconds }: TimeValue): void {
  put64(k, at, seconds);
  put64(k, at + 8, nanoseconds);
}

export function writeTimeval(k: Kernel, at: PhysicalAddress, { seconds, nanoseconds }: TimeValue): void {
  put64(k, at, seconds);
  put64(k, at + 8, Math.floor(nanoseconds / 1000));
}

export function isZero({ seconds, nanoseconds }: TimeValue): boolean {
  return seconds === 0 && nanoseconds === 0;
}

/** Cycles of a duration, rounded up; NEVER when they are more than can be counted. */
export function cyclesOf(k: Kernel, { seconds, nanoseconds }: TimeValue): Cycles {
  const cycles = seconds * k.hertz + Math.ceil((nanoseconds * k.hertz) / NANOSECONDS);
  return cycles <= Number.MAX_SAFE_INTEGER ? cycles : NEVER;
}

/** A number of cycles as time. */
export function timeOf(k: Kernel, cycles: Cycles): TimeValue {
  if (cycles === NEVER) return { seconds: Number.MAX_SAFE_INTEGER, nanoseconds: 0 };
  const seconds = Math.floor(cycles / k.hertz);
  return { seconds, nanoseconds: Math.floor(((cycles - seconds * k.hertz) * NANOSECONDS) / k.hertz) };
}

/**
 * The instant now, as clocks show it. Harts run ahead of each other a little; what a program has once been shown holds for
 * all of them, so that no clock goes back.
 */
export function shownNow(k: Kernel): Cycles {
  const root = linuxRoot(k);
  const now = Math.max(root.shown, k.now);
  root.shown = now;
  return now;
}

/** The instant that lies a duration after now. */
export function instantAfter(k: Kernel, time: TimeValue): Cycles {
  return shownNow(k) + cyclesOf(k, time);
}

/** The instant that a clock's absolute time names; one before the machine's first is instant 0. */
export function instantOf(k: Kernel, time: TimeValue, realTime: boolean): Cycles {
  const seconds = realTime ? time.seconds - linuxRoot(k).epoch : time.seconds;
  return seconds < 0 ? 0 : cyclesOf(k, { seconds, nanoseconds: time.nanoseconds });
}
