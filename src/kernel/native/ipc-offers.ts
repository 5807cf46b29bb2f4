/**
 * What a thread offers in an exchange besides words: a string to send, room for one, a flexpage to map, a window for one.
 *
 * The program writes it as eight words (struct l4_long of l4.h); the kernel reads it once, before anything else happens.
 */
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { pageWord } from './flexpages.ts';
import type { IpcView } from './thread-numbers.ts';

export const DESCRIPTOR_BYTES = 64;
/** Bytes of a string at most. */
const LONGEST_STRING = 4 * 1024 * 1024;

export function clearOffer(view: IpcView): void {
  if (view.offers === 0) return;
  view.offers = 0;
  view.sendLength = 0;
  view.receiveLength = 0;
  view.sendPage = 0;
  view.receivePage = 0;
}

/** A thread that waits for its pager has a window of the page that it needs. */
export function offerFaultWindow(view: IpcView): void {
  const { faultWord } = view;
  view.offers = 1;
  view.receivePage = pageWord(faultWord - (faultWord % PAGE_SIZE));
}

export function readOffer(k: Kernel, view: IpcView): void {
  const { descriptor } = view;
  const word = (index: number): number => {
    const at = (descriptor >>> 2) + index * 2;
    return (k.memory.u32[at + 1] as number) * 2 ** 32 + (k.memory.u32[at] as number);
  };
  view.offers = 1;
  view.sendString = word(0);
  view.sendLength = Math.min(word(1), LONGEST_STRING);
  view.receiveString = word(2);
  view.receiveLength = Math.min(word(3), LONGEST_STRING);
  view.sendPage = word(4);
  view.sendBase = word(5);
  view.receivePage = word(6);
}
