/**
 * Writes the instructions of a block. Where accesses share a check (shared-checks.ts) they are written twice: without tests
 * of their own behind the check, and, for when it fails, with them, from there to the end of the block.
 *
 *     block join
 *       block plain2  block plain1
 *         ... check 1: br_if plain1 ... check 2: br_if plain2 ... br join
 *       end           ... as plain, from check 1 on
 *       end           ... as plain, from check 2 on
 *     end
 */

import { accessesData } from '../interpreter/handlers.ts';
import { endsStraightLine } from '../isa/definition.ts';
import { type LocalPool, Lowering } from '../isa/lowering.ts';
import { FlatTable } from '../layout.ts';
import type { Label } from '../wasm/function-builder.ts';
import { type Block, type RegionInstruction, straddles } from './control-flow.ts';
import { DATA, pushAddress, pushEntry, pushIsApart, pushIsCrossing } from './data-place.ts';
import type { Point, RegionFrame } from './region-frame.ts';
import { loadRegisters, pushHeld } from './region-frame.ts';
import { type Place, RegionTarget, type SharedPlace, type Transfer } from './region-target.ts';
import type { RegisterUse } from './register-use.ts';
import { after, loadedFor, type Residence } from './residence.ts';
import { plainAccess, type SharedCheck, type Sharing, shareChecks } from './shared-checks.ts';

/** What whoever knows the region does for its blocks. */
export interface BlockSurroundings {
  readonly use: RegisterUse;
  /** Has the block been executed when it is translated? */
  readonly wasExecuted: boolean;
  /** The point before the instruction at an address, where registers are as said. */
  point(address: number, undone: number, state: Residence, unaccessed: number): Point;
  /** Cycles that are needed behind the block until the budget is looked at again. */
  readonly reserve: number;
  /** Leaves if the page of an address is not the one that was translated. */
  checkPage(page: number, point: Point): void;
}

/** Locals that blocks share: those that last for an instruction, and places that last for a block. */
export interface Locals {
  readonly temporary: LocalPool;
  readonly places: LocalPool;
}

/** How many instructions access data. */
export function accessesOf(instructions: readonly RegionInstruction[]): number {
  return instructions.filter(({ decoded }) => accessesData(decoded.definition)).length;
}

const NO_TRANSFER: Transfer = { jump: () => {}, jumpTo: () => {}, branch: () => {} };

/** How an instruction is written. */
interface Manner extends Pick<Place, 'missed' | 'shared'> {
  /** As short as can be? */
  readonly isRare?: boolean;
  readonly transfer?: (state: Residence) => Transfer;
}

// scratch: one per block that is written
export class BlockWriter {
  private readonly frame: RegionFrame;
  private readonly locals: Locals;
  private readonly around: BlockSurroundings;
  private readonly instructions: Block['instructions'];

  constructor(frame: RegionFrame, locals: Locals, around: BlockSurroundings, { instructions }: Block) {
    this.frame = frame;
    this.locals = locals;
    this.around = around;
    this.instructions = instructions;
  }

  /**
   * @param transfer does what the last instruction does to control flow, told where registers are then
   * @returns where registers are at the end
   */
  write(start: Residence, transfer: (state: Residence) => Transfer): Residence {
    const last = this.instructions.at(-1);
    const isEnding = last !== undefined && endsStraightLine(last.decoded.definition);
    const length = this.instructions.length - (isEnding ? 1 : 0);
    const state = this.around.wasExecuted ? this.executed(length, start) : this.plain(0, length, start, true);
    return isEnding ? this.instruction(length, state, { transfer }) : state;
  }

  private executed(length: number, start: Residence): Residence {
    const sharing = shareChecks(this.instructions.slice(0, length), this.around.use);
    if (sharing.checks.size === 0) return this.plain(0, length, start, false);
    return this.shared(sharing, length, start);
  }

  /** Some instructions, each with its own tests. */
  private plain(from: number, to: number, start: Residence, isRare: boolean): Residence {
    let state = start;
    for (let index = from; index < to; index++) state = this.instruction(index, state, { isRare });
    return state;
  }

  private shared(sharing: Sharing, length: number, start: Residence): Residence {
    const { builder } = this.frame;
    const points = this.pointsOf(sharing, length);
    // With a modelled TLB misses are usual, and are refilled only by tests that are no calls.
    const isRare = this.frame.refill === undefined;
    const join = builder.block();
    const labels = new Map(points.toReversed().map((point): [number, Label] => [point, builder.block()]));
    const states = this.quick(sharing, labels, length, start);
    builder.branch(join);
    points.forEach((point, i) => {
      builder.end();
      this.plain(point, points[i + 1] ?? length, states[point] as Residence, isRare);
    });
    builder.end();
    return states[length] as Residence;
  }

  /**
   * Where the instructions behind checks may be left for those with tests of their own: at the checks, and, since a refill of
   * the modelled TLB may take away a page that has been checked, at misses of every other access behind the first one.
   */
  private pointsOf({ checks, checkOf }: Sharing, length: number): number[] {
    const first = Math.min(...checks.keys());
    return Array.from({ length }, (_, index) => index).filter((index) => {
      if (checks.has(index)) return true;
      const { decoded } = this.instructions[index] as RegionInstruction;
      const isApart = index > first && !checkOf.has(index) && accessesData(decoded.definition);
      return isApart && this.frame.refill !== undefined;
    });
  }

  /** Instructions behind their checks. @returns where registers are before each, and at the end */
  private quick(
    { checks, checkOf }: Sharing,
    labels: ReadonlyMap<number, Label>,
    length: number,
    start: Residence,
  ): Residence[] {
    const places = new Map<number, number>();
    const states = [start];
    for (let index = 0; index < length; index++) {
      const state = states[index] as Residence;
      const check = checks.get(index);
      if (check !== undefined) {
        const place = this.locals.places.take('i32');
        places.set(index, place);
        this.check(check, place, labels.get(index) as Label, state);
      }
      const first = checkOf.get(index);
      const found =
        first === undefined
          ? { missed: labels.get(index) }
          : { shared: this.placeOf(index, checks.get(first), places.get(first)) };
      states.push(this.instruction(index, state, found));
    }
    this.locals.places.releaseAll();
    return states;
  }

  private placeOf(
    index: number,
    check: SharedCheck | undefined,
    place: number | undefined,
  ): SharedPlace | undefined {
    const access = plainAccess((this.instructions[index] as RegionInstruction).decoded);
    if (check === undefined || place === undefined || access === undefined) return undefined;
    return { place, offset: access.offset - check.lowest + DATA };
  }

  /** Sets a local to the place before the lowest byte of a check's accesses, or branches. */
  private check(
    { base, lowest, size, alignment, loads, stores }: SharedCheck,
    place: number,
    otherwise: Label,
    { held, narrow }: Residence,
  ): void {
    const { frame } = this;
    const { builder } = frame;
    if (((held.x >>> base) & 1) === 0) loadRegisters(frame, { x: 1 << base, f: 0 }, narrow);
    pushHeld(frame, 'x', base, narrow);
    builder.i64(lowest);
    builder.op('i64.add');
    builder.set(frame.address);
    pushIsApart(frame, alignment);
    builder.hintUnlikely();
    builder.branchIf(otherwise);
    pushIsCrossing(frame, size);
    builder.hintUnlikely();
    builder.branchIf(otherwise);
    for (const table of [...(loads ? [FlatTable.read] : []), ...(stores ? [FlatTable.write] : [])]) {
      pushEntry(frame, table);
      builder.tee(place);
      builder.op('i32.eqz');
      builder.hintUnlikely();
      builder.branchIf(otherwise);
    }
    builder.get(place);
    pushAddress(frame);
    builder.op('i32.add');
    builder.set(place);
  }

  /** @returns where registers are after it */
  private instruction(
    index: number,
    before: Residence,
    { isRare = false, transfer, shared, missed }: Manner = {},
  ): Residence {
    const instruction = this.instructions[index] as RegionInstruction;
    const { address, decoded } = instruction;
    const undone = this.instructions.length - index;
    const unaccessed = this.frame.options.countDataAccesses ? accessesOf(this.instructions.slice(index)) : 0;
    const point = this.around.point(address, undone, before, unaccessed);
    if (straddles(instruction)) this.around.checkPage(address + 2, point);
    const { use, reserve } = this.around;
    const { narrow } = before;
    loadRegisters(this.frame, loadedFor(instruction, before, use), narrow);
    const state = after(instruction, before, use);
    // Named one by one: objects that are copied together have no shape that the host knows beforehand.
    const place: Place = {
      address,
      undone,
      unaccessed,
      exit: point.exit,
      decoded,
      narrow,
      reserve,
      isRare,
      shared,
      missed,
    };
    const target = new RegionTarget(this.frame, place, transfer?.(state) ?? NO_TRANSFER);
    new Lowering(target, this.locals.temporary).meaning(use.meaning(decoded, narrow));
    this.locals.temporary.releaseAll();
    return state;
  }
}
