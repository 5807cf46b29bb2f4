/** Cycles as the units of procfs: clock ticks of a hundredth of a second (USER_HZ). */
import { Primitive } from '../../../contracts/accounting.ts';
import type { Kernel } from '../../../kernel/kernel.ts';

export const TICKS = 100;

export function ticks(k: Kernel, cycles: number): number {
  return Math.floor((cycles * TICKS) / k.hertz);
}

/** Seconds with two decimals. */
export function seconds(k: Kernel, cycles: number): string {
  const hundredths = ticks(k, cycles);
  return `${Math.floor(hundredths / TICKS)}.${String(hundredths % TICKS).padStart(2, '0')}`;
}

/** What a hart has done since the first instant, in cycles. */
export interface HartTimes {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
}

export function hartTimes(k: Kernel, hart: number): HartTimes {
  const { clock, idle, instructions } = k.scheduling.hartFigures(hart);
  const user = instructions * (k.meter.prices[Primitive.instruction] as number);
  return { user, idle, system: Math.max(0, clock - user - idle) };
}

export function allHarts(k: Kernel): HartTimes[] {
  return Array.from({ length: k.scheduling.hartCount }, (_, hart) => hartTimes(k, hart));
}

export function sum(times: readonly HartTimes[]): HartTimes {
  const total = { user: 0, system: 0, idle: 0 };
  for (const { user, system, idle } of times) {
    total.user += user;
    total.system += system;
    total.idle += idle;
  }
  return total;
}
