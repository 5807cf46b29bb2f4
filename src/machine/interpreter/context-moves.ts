/**
 * Generates what moves a hart's registers between the hart block and a saved context (contracts/machine.ts) in one go:
 *
 *     loadContext(from: i32), saveContext(to: i32): offsets in memory of the context
 *     startFrom(context: i32, remaining: i32) -> i32: loads the context and starts (driver.ts); saves it if that ends in a trap
 *
 * A program's trap does both: word by word from outside, or by the host's copying of arrays, they would cost more than the call.
 */
import { CONTEXT_FCSR, CONTEXT_FLOATS, CONTEXT_PC } from '../../contracts/machine.ts';
import { HartBlock } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { NO_PAGE } from './current-page.ts';
import { Stop } from './exits.ts';

const PAIR_BYTES = 16;
/** Where each two registers are in a context and in the hart block. */
const PAIRS: readonly (readonly [inContext: number, inBlock: number])[] = [
  ...Array.from({ length: 16 }, (_, pair) => [pair * PAIR_BYTES, HartBlock.x + pair * PAIR_BYTES] as const),
  ...Array.from(
    { length: 16 },
    (_, pair) => [CONTEXT_FLOATS + pair * PAIR_BYTES, HartBlock.f + pair * PAIR_BYTES] as const,
  ),
];
const CONTEXT = 0;
const REMAINING = 1;
const FRM_SHIFT = 5;
const FLAGS_MASK = 0x1f;
const FRM_MASK = 7;

/** @param start the driver's function of that name. */
export function generateContextMoves(module: ModuleBuilder, start: number): void {
  const load = module.defineFunction({ parameters: ['i32'], results: [] });
  moveRegisters(load.body, true);
  loadFloatControl(load.body);
  module.export('loadContext', load.index);

  const save = module.defineFunction({ parameters: ['i32'], results: [] });
  moveRegisters(save.body, false);
  saveFloatControl(save.body);
  module.export('saveContext', save.index);
  generateStart(module, { load: load.index, start, save: save.index });
}

/** Two registers at a time, and pc. */
function moveRegisters(body: FunctionBuilder, loads: boolean): void {
  const block = () => body.i32(0);
  const context = () => body.get(CONTEXT);
  for (const [inContext, inBlock] of PAIRS)
    if (loads) body.moveVector(block, inBlock, context, inContext);
    else body.moveVector(context, inContext, block, inBlock);
  const [to, toOffset, from, fromOffset] = loads
    ? ([block, HartBlock.pc, context, CONTEXT_PC] as const)
    : ([context, CONTEXT_PC, block, HartBlock.pc] as const);
  to();
  from();
  body.load('i64.load', fromOffset);
  body.store('i64.store', toOffset);
}

function generateStart(
  module: ModuleBuilder,
  parts: { readonly load: number; readonly start: number; readonly save: number },
): void {
  const { body, index } = module.defineFunction({ parameters: ['i32', 'i32'], results: ['i32'] });
  const stop = body.local('i32');
  body.get(CONTEXT);
  body.call(parts.load);
  body.i32(0);
  body.get(REMAINING);
  body.store('i32.store', HartBlock.remaining);
  body.i32(0);
  body.i64(NO_PAGE);
  body.store('i64.store', HartBlock.currentPage);
  body.get(REMAINING);
  body.call(parts.start);
  body.tee(stop);
  body.i32(Stop.trap);
  body.op('i32.eq');
  body.if();
  body.get(CONTEXT);
  body.call(parts.save);
  body.end();
  body.get(stop);
  module.export('startFrom', index);
}

function loadFloatControl(body: FunctionBuilder): void {
  body.i32(0);
  body.get(CONTEXT);
  body.load('i32.load', CONTEXT_FCSR);
  body.i32(FLAGS_MASK);
  body.op('i32.and');
  body.store('i32.store', HartBlock.fflags);
  body.i32(0);
  body.get(CONTEXT);
  body.load('i32.load', CONTEXT_FCSR);
  body.i32(FRM_SHIFT);
  body.op('i32.shr_u');
  body.i32(FRM_MASK);
  body.op('i32.and');
  body.store('i32.store', HartBlock.frm);
}

function saveFloatControl(body: FunctionBuilder): void {
  body.get(CONTEXT);
  body.i32(0);
  body.load('i32.load', HartBlock.frm);
  body.i32(FRM_SHIFT);
  body.op('i32.shl');
  body.i32(0);
  body.load('i32.load', HartBlock.fflags);
  body.op('i32.or');
  body.op('i64.extend_i32_u');
  body.store('i64.store', CONTEXT_FCSR);
}
