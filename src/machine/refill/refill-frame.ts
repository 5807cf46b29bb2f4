/** The shape of a refill, shared by what writes its parts: see refill.ts. */

import type { AccessKind } from '../../contracts/machine.ts';
import { pushCell } from '../hart-cell.ts';
import { HartBlock } from '../layout.ts';
import { HeadWord } from '../translation/hart-state.ts';
import type { FunctionBuilder, FunctionType } from '../wasm/function-builder.ts';
import type { CachePlaces, RefillOptions } from './refill-plan.ts';

/** Instead of cycles. */
export const GIVEN_UP = -1;
/** Address and allowance; cycles. */
export const REFILL_TYPE: FunctionType = { parameters: ['i64', 'i32'], results: ['i32'] };
const WORD = 4;
const ENGINE_ENTRY_SHIFT = 4;

export interface RefillFrame {
  readonly builder: FunctionBuilder;
  readonly options: RefillOptions;
  readonly access: AccessKind;
  readonly cache: CachePlaces;
  /** Parameters. */
  readonly address: number;
  readonly allowance: number;
  readonly page: number;
  /** The active hart's state, less that of the first one. */
  readonly hart: number;
  readonly tag: number;
  /** The number of the page's set. */
  readonly set: number;
  /** The first words of the page's entry in the TLB, but for its rights. */
  readonly key: number;
  /** The page's entry in the TLB, when it has one; then the one to be filled. */
  readonly found: number;
  /** Is every way of the set live? */
  readonly isFull: number;
  /** Whose turn it is to be replaced. */
  readonly turn: number;
  /** A table of the walk, then the page's frame. */
  readonly frame: number;
  /** The page's leaf. */
  readonly leaf: number;
  /** For short distances. */
  readonly place: number;
  readonly entry: number;
  readonly state: number;
}

export function refillFrame(
  builder: FunctionBuilder,
  access: AccessKind,
  cache: CachePlaces,
  options: RefillOptions,
): RefillFrame {
  const local = (): number => builder.local('i32');
  return {
    ...{ builder, options, access, cache, address: 0, allowance: 1 },
    ...{ page: local(), hart: local(), tag: local(), set: local(), found: local(), isFull: local() },
    ...{ turn: local(), frame: local(), leaf: local(), place: local() },
    ...{ entry: builder.local('i64'), state: builder.local('i64'), key: builder.local('i64') },
  };
}

/** Gives up if the condition on the stack is not 0. */
export function giveUpIf({ builder }: RefillFrame): void {
  builder.if();
  builder.i32(GIVEN_UP);
  builder.return();
  builder.end();
}

/** Pushes a word of the active hart's head. */
export function pushHead({ builder, hart, options }: RefillFrame, word: number): void {
  builder.get(hart);
  builder.load('i32.load', options.state + word * WORD);
}

/** Sets the local of the active hart. */
export function findHart({ builder, hart, options }: RefillFrame): void {
  if (options.harts === 1) return;
  builder.i32(0);
  builder.load('i32.load', options.state + HeadWord.active * WORD);
  builder.i32(options.stride);
  builder.op('i32.mul');
  builder.set(hart);
}

/** Pushes where the entry of a page is in one of the engine's direct-mapped tables of the set in use, less the table's offset. */
export function pushEngineEntry({ builder }: RefillFrame, page: number, entries: number): void {
  builder.get(page);
  builder.i32(entries - 1);
  builder.op('i32.and');
  builder.i32(ENGINE_ENTRY_SHIFT);
  builder.op('i32.shl');
  pushCell(builder, HartBlock.translationSet);
  builder.op('i32.add');
}

/** Pushes where the entry of a page is in the flat tables in use, less the table's offset. */
export function pushFlatEntry({ builder }: RefillFrame, page: number): void {
  builder.get(page);
  builder.i32(2);
  builder.op('i32.shl');
  pushCell(builder, HartBlock.flatTables);
  builder.op('i32.add');
}
