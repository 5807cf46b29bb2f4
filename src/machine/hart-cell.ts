/** Cells of the hart block (layout.ts) in generated code. */
import type { FunctionBuilder } from './wasm/function-builder.ts';

/** Pushes a 32-bit cell. */
export function pushCell(builder: FunctionBuilder, offset: number): void {
  builder.i32(0);
  builder.load('i32.load', offset);
}
