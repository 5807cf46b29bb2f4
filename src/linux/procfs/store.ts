/** What becomes of a text that a program writes to a file of procfs, by file. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { currentProcess } from '../state.ts';
import type { StoreTarget } from './definitions.ts';
import { bytesOf } from './text/format.ts';

export const NAME_BYTES = 16;
const LARGEST_ADJUSTMENT = 1000;

/** comm: a program may name its own threads. */
export function storeName(k: Kernel, { process, thread }: StoreTarget, text: string): number {
  if (process.address !== currentProcess(k).address) return ErrorNumber.EINVAL;
  k.memory.clear(thread.name, NAME_BYTES);
  k.memory.store(thread.name, bytesOf((text.split('\n')[0] as string).slice(0, NAME_BYTES - 1)));
  return 0;
}

/** oom_score_adj: everybody may offer himself; only user 0 may spare somebody. */
export function storeKillAdjustment(k: Kernel, { process }: StoreTarget, text: string): number {
  if (!/^\s*-?\d{1,9}\s*$/.test(text)) return ErrorNumber.EINVAL;
  const value = Number(text);
  if (Math.abs(value) > LARGEST_ADJUSTMENT) return ErrorNumber.EINVAL;
  if (value < process.killAdjustment && k.credentials.effectiveUser !== 0) return ErrorNumber.EACCES;
  process.killAdjustment = value;
  return 0;
}
