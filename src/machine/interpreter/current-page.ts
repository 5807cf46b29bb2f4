/** Making a page of code the current one, as the driver and the fast engine both do it. */
import { FRAME_SIZE, HartBlock, TranslationTable } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';

const PAGE_MASK = -FRAME_SIZE;

/**
 * Notes the page and the frame of an address, whose execute entry is in a local, as the current ones. Leaves the operands of the
 * store to `HartBlock.currentSlots` on the stack: an address and the page's slots, which the caller may want for itself.
 *
 * @param address local of 64 bits @param entry local of 32 bits
 */
export function noteCurrentPage(builder: FunctionBuilder, address: number, entry: number): void {
  builder.i32(0);
  builder.get(address);
  builder.i64(PAGE_MASK);
  builder.op('i64.and');
  builder.store('i64.store', HartBlock.currentPage);
  builder.i32(0);
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.i32(PAGE_MASK);
  builder.op('i32.and');
  builder.get(entry);
  builder.load('i32.load', TranslationTable.execute + TranslationTable.addend);
  builder.op('i32.add');
  builder.store('i32.store', HartBlock.currentFrame);
  builder.i32(0);
  builder.get(entry);
  builder.load('i32.load', TranslationTable.execute + TranslationTable.slots);
}
