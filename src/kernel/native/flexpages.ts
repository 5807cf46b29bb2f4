/** Flexpages: 2^order bytes of a space at a multiple of as many, in one word with the rights that are given. */
import { USER_END, WINDOWS_START } from '../../contracts/page-table.ts';
import { PAGE_SHIFT, PAGE_SIZE, type VirtualAddress } from '../../contracts/units.ts';

export interface Flexpage {
  readonly base: VirtualAddress;
  readonly size: number;
  readonly write: boolean;
  readonly grant: boolean;
}

const ORDER_UNIT = 16;
const ORDERS = 64;

/** What a program's word says; undefined when that is no flexpage of user addresses. */
export function flexpageOf(word: number): Flexpage | undefined {
  const order = Math.floor(word / ORDER_UNIT) % ORDERS;
  const base = word - (word % PAGE_SIZE);
  const size = 2 ** order;
  if (!(order >= PAGE_SHIFT) || !Number.isSafeInteger(base) || base % size !== 0) return undefined;
  if (base < 0 || base > USER_END - size) return undefined;
  return { base, size, write: word % 2 === 1, grant: Math.floor(word / 2) % 2 === 1 };
}

/** The word of one page with no rights said. */
export function pageWord(page: VirtualAddress): number {
  return page + PAGE_SHIFT * ORDER_UNIT;
}

/** Where a page of the sender's goes in a window: the smaller of the two is placed in the larger one by `hot`. */
export function place(
  sent: Flexpage,
  window: Flexpage,
  hot: number,
): { from: VirtualAddress; to: VirtualAddress; size: number } | undefined {
  if (window.base < WINDOWS_START || !Number.isSafeInteger(hot)) return undefined;
  const size = Math.min(sent.size, window.size);
  const offset = (within: number): number => {
    const at = hot % within;
    return at - (at % size);
  };
  if (sent.size <= window.size) return { from: sent.base, to: window.base + offset(window.size), size };
  return { from: sent.base + offset(sent.size), to: window.base, size };
}
