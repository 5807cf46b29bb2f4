/**
 * Writes the function of a region. Its control flow is made structured from the dominator tree (Ramsey, 'Beyond
 * Relooper', 2022): a block that several edges lead to follows a WebAssembly block of its immediate dominator, a loop
 * header opens a loop, every other block stands where the edge to it is.
 */

import { pushCell } from '../hart-cell.ts';
import { LocalPool, type Push } from '../isa/lowering.ts';
import { HartBlock } from '../layout.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import { accessesOf, BlockWriter, type Locals } from './block-code.ts';
import { type Block, type BlockEnd, type CodeSource, pageOf } from './control-flow.ts';
import { type FlowGraph, targetOf } from './dominators.ts';
import { analyse, type RegionAnalysis } from './region-analysis.ts';
import {
  countAccesses,
  type DataRefills,
  finishLeaving,
  goOnAt,
  leaveIf,
  loadRegisters,
  type Point,
  pushIsElsewhere,
  type RegionFrame,
  type RegionOptions,
  spillRegisters,
  widenRegisters,
} from './region-frame.ts';
import { callFound, goOnFound, jumpFound } from './region-jump.ts';
import { chooseEntry, leadOn, returnUnlessNarrow } from './region-start.ts';
import type { Transfer } from './region-target.ts';
import { forEachRegister, isEmpty, type RegisterSet, type RegisterUse } from './register-use.ts';
import { ALL_AT_HOME, movesBetween, type Residence } from './residence.ts';

/** What the functions of a module know of each other. */
export interface ModuleFunctions {
  /** Index of the function of a region of the same module by its entry's address. */
  functionOf(address: number): number | undefined;
  readonly refills: DataRefills | undefined;
  /** Indices of functions that find data and regions (region-entry.ts), and of the type of regions. */
  readonly locate: number;
  readonly find: number;
  readonly enter: number;
  readonly regionType: number;
}

export function writeRegion(
  builder: FunctionBuilder,
  graph: FlowGraph,
  source: CodeSource,
  use: RegisterUse,
  functions: ModuleFunctions,
  options: RegionOptions,
): void {
  const analysis = analyse(graph, use, options.assumesNarrow);
  const frame: RegionFrame = {
    builder,
    options,
    refill: functions.refills,
    entry: graph.region.entry,
    pc: 0,
    remaining: 1,
    depth: 2,
    flatTables: builder.local('i32'),
    address: builder.local('i64'),
    found: builder.local('i32'),
    locate: functions.locate,
    find: functions.find,
    remembers: functions.refills === undefined,
    enter: functions.enter,
    regionType: functions.regionType,
    registers: declareRegisters(builder, analysis.used),
    narrow: declareNarrow(builder, analysis.narrow),
  };
  const entering = chooseEntry(frame, graph.entries);
  const leave = builder.block('i64');
  const exits = analysis.exits.exits.map(() => builder.block('i64'));
  pushCell(builder, HartBlock.flatTables);
  builder.set(frame.flatTables);
  new RegionWriter(frame, graph, analysis, { source, use, functions, exits, entering }).write();
  builder.unreachable();
  for (const { set, narrow } of analysis.exits.exits.toReversed()) {
    builder.end();
    spillRegisters(frame, set, narrow);
    builder.branch(leave);
  }
  builder.end();
  finishLeaving(frame);
}

function declareRegisters(builder: FunctionBuilder, used: RegisterSet): RegionFrame['registers'] {
  const registers: Record<'x' | 'f', (number | undefined)[]> = { x: [], f: [] };
  forEachRegister(used, (file, number) => {
    registers[file][number] = builder.local('i64');
  });
  return registers;
}

function declareNarrow(builder: FunctionBuilder, used: number): RegionFrame['narrow'] {
  return Array.from({ length: 32 }, (_, number) =>
    ((used >>> number) & 1) === 0 ? undefined : builder.local('i32'),
  );
}

/** What a writer needs to know beside the graph. */
interface Surroundings {
  readonly source: CodeSource;
  readonly use: RegisterUse;
  readonly functions: ModuleFunctions;
  /** The blocks of the exits, by their numbers in the plan. */
  readonly exits: readonly Label[];
  /** The local with the number of the entry. */
  readonly entering: number;
}

// scratch: one per region that is written
class RegionWriter {
  private readonly frame: RegionFrame;
  private readonly graph: FlowGraph;
  private readonly analysis: RegionAnalysis;
  private readonly around: Surroundings;
  private readonly locals: Locals;
  private readonly labels = new Map<number, Label>();

  constructor(frame: RegionFrame, graph: FlowGraph, analysis: RegionAnalysis, around: Surroundings) {
    this.frame = frame;
    this.graph = graph;
    this.analysis = analysis;
    this.around = around;
    this.locals = { temporary: new LocalPool(frame.builder), places: new LocalPool(frame.builder) };
  }

  write(): void {
    this.tree(0);
  }

  /** From the beginning, and from headers of loops, leads on what has entered the region further inside. */
  private leadOn(number: number): void {
    const { builder } = this.frame;
    const { entering } = this.around;
    leadOn(builder, this.graph.entries, number, entering, (next, isThere) => {
      if (isThere) {
        returnUnlessNarrow(this.frame, this.atStart(next).narrow);
        if (!this.graph.isLoopHeader[next]) this.checkBudget(next, ALL_AT_HOME);
        this.settle(ALL_AT_HOME, next);
      }
      builder.branch(this.labels.get(next) as Label);
    });
  }

  /** A block and all that it dominates. */
  private tree(number: number): void {
    const { builder } = this.frame;
    const merges = (this.graph.children[number] ?? []).filter((child) => this.graph.isMerge[child]);
    const isLoop = this.graph.isLoopHeader[number] === true;
    if (isLoop) {
      this.labels.set(number, builder.loop());
    }
    this.within(number, merges.toReversed());
    if (isLoop) builder.end();
  }

  /** The block, inside of the blocks before those that several edges lead to; the one that comes last is outermost. */
  private within(number: number, merges: readonly number[]): void {
    const [outer, ...inner] = merges;
    if (outer === undefined) {
      this.block(number);
      return;
    }
    const label = this.frame.builder.block();
    this.labels.set(outer, label);
    this.within(number, inner);
    this.frame.builder.end();
    this.labels.delete(outer);
    this.tree(outer);
  }

  private blockAt(number: number): Block {
    return this.graph.order[number] as Block;
  }

  private atStart(number: number): Residence {
    return this.analysis.residence.atStart[number] as Residence;
  }

  /** The point before the instruction at an address, where registers are as said. */
  private point(address: number, undone: number, state: Residence, unaccessed = 0): Point {
    const { exits } = this.around;
    return { address, undone, unaccessed, exit: () => exits[this.analysis.exits.at(state)] as Label };
  }

  /** Leaves if the budget may not cover all up to the next such check. */
  private checkBudget(number: number, state: Residence): void {
    const { builder, remaining, options } = this.frame;
    if (this.analysis.height[number] === 0) return;
    leaveIf(this.frame, this.point(this.blockAt(number).address, 0, state), () => {
      builder.get(remaining);
      builder.i32((this.analysis.height[number] as number) * options.instructionPrice);
      builder.op('i32.lt_s');
    });
  }

  private block(number: number): void {
    const { builder, remaining, options } = this.frame;
    const block = this.blockAt(number);
    const { instructions, end } = block;
    this.leadOn(number);
    if (number === 0) returnUnlessNarrow(this.frame, this.atStart(1).narrow);
    if (number === 0 || this.graph.isLoopHeader[number]) this.checkBudget(number, this.atStart(number));
    if (instructions.length > 0) {
      builder.get(remaining);
      builder.i32(instructions.length * options.instructionPrice);
      builder.op('i32.sub');
      builder.set(remaining);
    }
    const accesses = options.countDataAccesses ? accessesOf(instructions) : 0;
    if (accesses > 0) countAccesses(this.frame, 'i32.add', () => builder.i32(accesses));
    const around = {
      use: this.around.use,
      wasExecuted: this.around.source.wasExecuted(block.address),
      point: this.point.bind(this),
      checkPage: this.checkPage.bind(this),
      reserve: ((this.analysis.height[number] as number) - instructions.length) * options.instructionPrice,
    };
    const writer = new BlockWriter(this.frame, this.locals, around, block);
    const state = writer.write(this.atStart(number), (after) => this.transfer(number, end, after));
    if (end.kind === 'next') this.edge(number, end.next, state);
  }

  private transfer(number: number, end: BlockEnd, state: Residence): Transfer {
    return {
      jump: () => {
        if (end.kind === 'jump') this.edge(number, end.target, state);
        else if (end.kind === 'call') this.call(number, end.target, end.next, state);
      },
      jumpTo: (push) => this.jumpTo(number, push, state),
      branch: (condition) => {
        if (end.kind === 'branch') this.branch(number, condition, end, state);
      },
    };
  }

  private branch(
    from: number,
    condition: Push,
    { target, next }: { readonly target: number; readonly next: number },
    state: Residence,
  ): void {
    const { builder } = this.frame;
    condition();
    const taken = this.plainLabel(from, target, state);
    if (taken !== undefined) {
      builder.branchIf(taken);
      this.edge(from, next, state);
      return;
    }
    const fallen = this.plainLabel(from, next, state);
    if (fallen !== undefined) {
      builder.op('i32.eqz');
      builder.branchIf(fallen);
      this.edge(from, target, state);
      return;
    }
    builder.if();
    this.edge(from, target, state);
    builder.else();
    this.edge(from, next, state);
    builder.end();
  }

  /** The number of a block inside the region that an edge leads to. */
  private inside(from: number, address: number): number | undefined {
    return targetOf(this.graph, from, address);
  }

  /** The label of an edge that is nothing but a branch. */
  private plainLabel(from: number, address: number, state: Residence): Label | undefined {
    const number = this.inside(from, address);
    if (number === undefined || this.crossesPage(from, address)) return undefined;
    const { loaded, sent, widened } = movesBetween(state, this.atStart(number));
    return isEmpty(loaded) && isEmpty(sent) && isEmpty(widened) ? this.labelOf(from, number) : undefined;
  }

  private labelOf(from: number, to: number): Label | undefined {
    return to <= from || this.graph.isMerge[to] ? this.labels.get(to) : undefined;
  }

  private crossesPage(from: number, address: number): boolean {
    const last = this.blockAt(from).instructions.at(-1)?.address ?? this.blockAt(from).address;
    return pageOf(last) !== pageOf(address);
  }

  /** Goes from the end of a block to an address. */
  private edge(from: number, address: number, state: Residence): void {
    const { builder } = this.frame;
    const number = this.inside(from, address);
    if (number === undefined) {
      goOnAt(this.frame, this.point(address, 0, state));
      return;
    }
    if (this.crossesPage(from, address)) this.checkPage(address, this.point(address, 0, state));
    this.settle(state, number);
    const label = this.labelOf(from, number);
    if (label !== undefined) builder.branch(label);
    else this.tree(number);
  }

  /** Brings registers to where a block expects them. */
  private settle(state: Residence, number: number): void {
    const expected = this.atStart(number);
    const { loaded, sent, widened } = movesBetween(state, expected);
    spillRegisters(this.frame, sent, state.narrow);
    loadRegisters(this.frame, loaded, expected.narrow);
    widenRegisters(this.frame, widened);
  }

  /** Leaves if a page is not the one that was translated: entering it may be a miss or a fault. */
  private checkPage(page: number, point: Point): void {
    leaveIf(this.frame, point, () => pushIsElsewhere(this.frame, page, this.around.source.frameOf(page)));
  }

  private jumpTo(number: number, push: Push, state: Residence): void {
    const { end } = this.blockAt(number);
    const { builder, pc } = this.frame;
    push();
    builder.set(pc);
    if (end.kind === 'indirectCall') {
      spillRegisters(this.frame, state.dirty, state.narrow);
      this.leaveWhenDeep();
      callFound(this.frame);
      this.returned(number, end.next);
      return;
    }
    const isSwitch = end.kind === 'indirect' && this.switch(number, state);
    spillRegisters(this.frame, state.dirty, state.narrow);
    if (end.kind !== 'indirect') this.giveResults();
    else if (isSwitch) goOnFound(this.frame);
    else jumpFound(this.frame);
  }

  /** Gives the results if the condition on the stack is not 0, which it hardly ever is. */
  private giveResultsIf(): void {
    this.frame.builder.hintUnlikely();
    this.frame.builder.if();
    this.giveResults();
    this.frame.builder.end();
  }

  private giveResults(): void {
    const { builder, pc, remaining } = this.frame;
    builder.get(pc);
    builder.get(remaining);
    builder.return();
  }

  private call(number: number, target: number, next: number, state: Residence): void {
    const { builder, pc, remaining, depth } = this.frame;
    const { functions, source } = this.around;
    spillRegisters(this.frame, state.dirty, state.narrow);
    builder.i64(target);
    builder.set(pc);
    this.leaveWhenDeep();
    const known = functions.functionOf(target);
    if (known === undefined) {
      callFound(this.frame, target);
    } else {
      if (this.crossesPage(number, target)) {
        pushIsElsewhere(this.frame, target, source.frameOf(target));
        this.giveResultsIf();
      }
      builder.get(pc);
      builder.get(remaining);
      this.pushLess(depth);
      builder.call(known);
      builder.set(remaining);
      builder.set(pc);
    }
    this.returned(number, next);
  }

  private pushLess(local: number): void {
    this.frame.builder.get(local);
    this.frame.builder.i32(1);
    this.frame.builder.op('i32.sub');
  }

  /** The host's stack is not endless. */
  private leaveWhenDeep(): void {
    const { builder, depth } = this.frame;
    builder.get(depth);
    builder.op('i32.eqz');
    this.giveResultsIf();
  }

  /** Goes on after a call if control came back to where it should. */
  private returned(number: number, next: number): void {
    const { builder, pc } = this.frame;
    builder.get(pc);
    builder.i64(next);
    builder.op('i64.ne');
    this.giveResultsIf();
    const inside = this.inside(number, next);
    if (inside !== undefined && !this.graph.isLoopHeader[inside]) this.checkBudget(inside, ALL_AT_HOME);
    this.edge(number, next, ALL_AT_HOME);
  }

  /** An indirect jump inside the region, by a table of the halfwords between its lowest and highest target. @returns whether there is one */
  private switch(from: number, state: Residence): boolean {
    const targets = this.graph.region.switchTargets.filter(
      (address) => !this.crossesPage(from, address) && this.canSwitchTo(from, address),
    );
    if (targets.length < 2) return false;
    for (const target of targets) this.settle(state, this.inside(from, target) as number);
    const { builder, pc } = this.frame;
    const first = targets.reduce((a, b) => Math.min(a, b));
    const last = targets.reduce((a, b) => Math.max(a, b));
    const otherwise = builder.block();
    const labels = Array.from({ length: (last - first) / 2 + 1 }, () => otherwise);
    for (const target of targets) {
      const number = this.inside(from, target) as number;
      labels[(target - first) / 2] = this.labelOf(from, number) as Label;
    }
    // Targets are even. What does not fit in 32 bits after the subtraction is beyond the table.
    builder.get(pc);
    builder.i64(first);
    builder.op('i64.sub');
    builder.i64(1);
    builder.op('i64.rotr');
    builder.i64(labels.length);
    builder.op('i64.ge_u');
    builder.branchIf(otherwise);
    builder.get(pc);
    builder.op('i32.wrap_i64');
    builder.i32(first | 0);
    builder.op('i32.sub');
    builder.i32(1);
    builder.op('i32.shr_u');
    builder.branchTable(labels, otherwise);
    builder.end();
    return true;
  }

  private canSwitchTo(from: number, address: number): boolean {
    const number = this.inside(from, address);
    return number !== undefined && this.labelOf(from, number) !== undefined;
  }
}
