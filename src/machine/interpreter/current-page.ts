/** Finding a page of code and making it the current one, as generated code does it wherever control enters one. */
import { pushCell } from '../hart-cell.ts';
import { FRAME_SIZE, HartBlock, TranslationTable } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { ENTRY_SHIFT, EXECUTE_ENTRY_MASK } from './fast-target.ts';

const PAGE_MASK = -FRAME_SIZE;
/** In the place of the current page: none. */
export const NO_PAGE = 1;

/**
 * Sets a local to the execute entry of an address's page. Leaves two numbers on the stack, which are equal when the entry is that
 * page's.
 *
 * @param address local of 64 bits @param entry local of 32 bits
 */
export function findExecuteEntry(builder: FunctionBuilder, address: number, entry: number): void {
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.i32(ENTRY_SHIFT);
  builder.op('i32.shr_u');
  builder.i32(EXECUTE_ENTRY_MASK);
  builder.op('i32.and');
  pushCell(builder, HartBlock.translationSet);
  builder.op('i32.add');
  builder.tee(entry);
  builder.load('i64.load', TranslationTable.execute + TranslationTable.tag);
  builder.get(address);
  builder.i64(PAGE_MASK);
  builder.op('i64.and');
}

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
