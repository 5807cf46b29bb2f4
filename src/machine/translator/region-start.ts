/** How the function of a region begins: at which entry it is entered, and what it makes sure of there (entries.ts). */

import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { Entry } from './entries.ts';
import { pushHome, type RegionFrame } from './region-frame.ts';
import { forEachRegister } from './register-use.ts';

/**
 * Returns unless the region is entered at one of its entries: a frame can be mapped elsewhere than where its code was translated.
 * @returns the local with the number of the entry, from 1 on; 0 is the first instruction; none when there are no others
 */
export function chooseEntry(
  { builder, pc, remaining, entry }: RegionFrame,
  entries: readonly Entry[],
): number {
  const entering = entries.length === 0 ? NO_ENTRIES : builder.local('i32');
  builder.get(pc);
  builder.i64(entry);
  builder.op('i64.ne');
  builder.hintUnlikely();
  builder.if();
  entries.forEach(({ address }, index) => {
    builder.get(pc);
    builder.i64(address);
    builder.op('i64.eq');
    builder.if();
    builder.i32(index + 1);
    builder.set(entering);
    builder.end();
  });
  if (entries.length > 0) {
    builder.get(entering);
    builder.op('i32.eqz');
    builder.if();
  }
  builder.get(pc);
  builder.get(remaining);
  builder.return();
  if (entries.length > 0) builder.end();
  builder.end();
  return entering;
}

const NO_ENTRIES = -1;

/** Returns where the region was entered if a register is not narrow that its code takes to be so. */
export function returnUnlessNarrow({ builder, pc, remaining }: RegionFrame, narrow: number): void {
  if (narrow === 0) return;
  builder.i64(0);
  forEachRegister({ x: narrow, f: 0 }, (file, number) => {
    pushHome(builder, file, number, 'i64.load');
    pushHome(builder, file, number, 'i64.load32_s');
    builder.op('i64.xor');
    builder.op('i64.or');
  });
  builder.op('i64.eqz');
  builder.op('i32.eqz');
  builder.hintUnlikely();
  builder.if();
  builder.get(pc);
  builder.get(remaining);
  builder.return();
  builder.end();
}

/**
 * At a block that the ways of entries pass: goes to the next block on the way of the entry that was chosen, if one was.
 * @param step writes that, told which block is next, and whether it is the last
 */
export function leadOn(
  builder: FunctionBuilder,
  entries: readonly Entry[],
  number: number,
  entering: number,
  step: (next: number, isThere: boolean) => void,
): void {
  const led = entries.filter(({ way }) => way.slice(0, -1).includes(number));
  if (led.length === 0) return;
  builder.get(entering);
  builder.hintUnlikely();
  builder.if();
  for (const entry of led) {
    const { way } = entry;
    const next = way[way.indexOf(number) + 1] as number;
    const isThere = next === way.at(-1);
    builder.get(entering);
    builder.i32(entries.indexOf(entry) + 1);
    builder.op('i32.eq');
    builder.if();
    if (isThere) {
      builder.i32(0);
      builder.set(entering);
    }
    step(next, isThere);
    builder.end();
  }
  builder.end();
}
