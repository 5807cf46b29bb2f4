/**
 * Writes the function of a region. Its control flow is made structured from the dominator tree (Ramsey, 'Beyond
 * Relooper', 2022): a block that several edges lead to follows a WebAssembly block of its immediate dominator, a loop
 * header opens a loop, every other block stands where the edge to it is.
 */

import { LocalPool, Lowering, type Push } from '../isa/lowering.ts';
import { HartBlock } from '../layout.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import { type Block, type CodeSource, pageOf, type RegionInstruction, straddles } from './control-flow.ts';
import type { FlowGraph } from './dominators.ts';
import { analyse, type RegionAnalysis } from './region-analysis.ts';
import {
  finishLeaving,
  goOnAt,
  leaveIf,
  loadRegisters,
  pushIsElsewhere,
  type RegionFrame,
  setPcOfExit,
  spillRegisters,
  type TranslatorOptions,
} from './region-frame.ts';
import { RegionTarget } from './region-target.ts';
import { forEachRegister, NO_REGISTERS, type RegisterSet, type RegisterUse } from './register-use.ts';

/** What the functions of a module know of each other. */
export interface ModuleFunctions {
  /** Index of the function of a region of the same module by its entry's address. */
  functionOf(address: number): number | undefined;
  /** Index of the function that calls the region at an address, of another module or none (region-entry.ts). */
  readonly enter: number;
}

export function writeRegion(
  builder: FunctionBuilder,
  graph: FlowGraph,
  source: CodeSource,
  use: RegisterUse,
  functions: ModuleFunctions,
  options: TranslatorOptions,
): void {
  const analysis = analyse(graph, use);
  const locals = {
    builder,
    options,
    entry: graph.region.entry,
    pc: 0,
    remaining: 1,
    depth: 2,
    translationSet: builder.local('i32'),
    flatTables: builder.local('i32'),
    address: builder.local('i64'),
    found: builder.local('i32'),
    registers: declareRegisters(builder, analysis.used),
  };
  returnUnlessHere(builder, locals);
  const leave = builder.block('i32');
  const goOn = builder.block('i32');
  const frame: RegionFrame = { ...locals, leave, goOn };
  builder.i32(0);
  builder.load('i32.load', HartBlock.translationSet);
  builder.set(frame.translationSet);
  builder.i32(0);
  builder.load('i32.load', HartBlock.flatTables);
  builder.set(frame.flatTables);
  loadRegisters(frame, analysis.used);
  new RegionWriter(frame, graph, analysis, source, functions).write();
  builder.unreachable();
  builder.end();
  setPcOfExit(frame);
  spillRegisters(frame, analysis.written);
  goOnFound(frame, functions);
  builder.end();
  finishLeaving(frame);
  spillRegisters(frame, analysis.written);
  builder.get(frame.pc);
  builder.get(frame.remaining);
}

function goOnFound({ builder, pc, remaining, depth }: RegionFrame, { enter }: ModuleFunctions): void {
  builder.get(pc);
  builder.get(remaining);
  builder.get(depth);
  builder.returnCall(enter);
}

function declareRegisters(builder: FunctionBuilder, used: RegisterSet): RegionFrame['registers'] {
  const registers: Record<'x' | 'f', (number | undefined)[]> = { x: [], f: [] };
  forEachRegister(used, (file, number) => {
    registers[file][number] = builder.local('i64');
  });
  return registers;
}

/** A frame can be mapped elsewhere than where its code was translated. */
function returnUnlessHere(
  builder: FunctionBuilder,
  { pc, remaining, entry }: Omit<RegionFrame, 'leave' | 'goOn'>,
): void {
  builder.get(pc);
  builder.i64(entry);
  builder.op('i64.ne');
  builder.if();
  builder.get(pc);
  builder.get(remaining);
  builder.return();
  builder.end();
}

// scratch: one per region that is written
class RegionWriter {
  private readonly frame: RegionFrame;
  private readonly graph: FlowGraph;
  private readonly analysis: RegionAnalysis;
  private readonly source: CodeSource;
  private readonly functions: ModuleFunctions;
  private readonly locals: LocalPool;
  private readonly labels = new Map<number, Label>();

  constructor(
    frame: RegionFrame,
    graph: FlowGraph,
    analysis: RegionAnalysis,
    source: CodeSource,
    functions: ModuleFunctions,
  ) {
    this.frame = frame;
    this.graph = graph;
    this.analysis = analysis;
    this.source = source;
    this.functions = functions;
    this.locals = new LocalPool(frame.builder);
  }

  write(): void {
    if (!this.graph.isLoopHeader[0]) this.checkBudget(0);
    this.tree(0);
  }

  /** A block and all that it dominates. */
  private tree(number: number): void {
    const { builder } = this.frame;
    const merges = (this.graph.children[number] ?? []).filter((child) => this.graph.isMerge[child]);
    const isLoop = this.graph.isLoopHeader[number] === true;
    if (isLoop) {
      this.labels.set(number, builder.loop());
      this.checkBudget(number);
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

  /** Leaves if the budget may not cover all up to the next such check. */
  private checkBudget(number: number): void {
    const { builder, remaining, options } = this.frame;
    leaveIf(this.frame, this.blockAt(number).address, 0, () => {
      builder.get(remaining);
      builder.i32((this.analysis.height[number] as number) * options.instructionPrice);
      builder.op('i32.lt_s');
    });
  }

  private block(number: number): void {
    const { builder, remaining, options } = this.frame;
    const { instructions, end } = this.blockAt(number);
    builder.get(remaining);
    builder.i32(instructions.length * options.instructionPrice);
    builder.op('i32.sub');
    builder.set(remaining);
    instructions.forEach((instruction, index) => {
      this.instruction(number, instruction, instructions.length - index);
    });
    if (end.kind === 'next') this.edge(number, end.next);
  }

  private instruction(number: number, { address, decoded }: RegionInstruction, undone: number): void {
    const { end } = this.blockAt(number);
    if (straddles({ address, decoded })) this.checkPage(address + 2, address, undone);
    const target = new RegionTarget(
      this.frame,
      { address, decoded, undone },
      {
        jump: () => {
          if (end.kind === 'jump') this.edge(number, end.target);
          else if (end.kind === 'call') this.call(number, end.target, end.next);
        },
        jumpTo: (push) => this.jumpTo(number, push),
        branch: (condition) => {
          if (end.kind === 'branch') this.branch(number, condition, end.target, end.next);
        },
      },
    );
    new Lowering(target, this.locals).meaning(decoded.definition.meaning);
    this.locals.releaseAll();
  }

  private branch(from: number, condition: Push, target: number, next: number): void {
    const { builder } = this.frame;
    condition();
    const taken = this.plainLabel(from, target);
    if (taken !== undefined) {
      builder.branchIf(taken);
      this.edge(from, next);
      return;
    }
    const fallen = this.plainLabel(from, next);
    if (fallen !== undefined) {
      builder.op('i32.eqz');
      builder.branchIf(fallen);
      this.edge(from, target);
      return;
    }
    builder.if();
    this.edge(from, target);
    builder.else();
    this.edge(from, next);
    builder.end();
  }

  /** The number of a block inside the region that an edge leads to. */
  private inside(from: number, address: number): number | undefined {
    const number = this.graph.numbers.get(address);
    return number !== undefined && this.graph.successors[from]?.includes(number) ? number : undefined;
  }

  /** The label of an edge that is nothing but a branch. */
  private plainLabel(from: number, address: number): Label | undefined {
    const number = this.inside(from, address);
    if (number === undefined || this.crossesPage(from, address)) return undefined;
    return this.labelOf(from, number);
  }

  private labelOf(from: number, to: number): Label | undefined {
    return to <= from || this.graph.isMerge[to] ? this.labels.get(to) : undefined;
  }

  private crossesPage(from: number, address: number): boolean {
    const last = this.blockAt(from).instructions.at(-1)?.address ?? this.blockAt(from).address;
    return pageOf(last) !== pageOf(address);
  }

  /** Goes from the end of a block to an address. */
  private edge(from: number, address: number): void {
    const { builder } = this.frame;
    const number = this.inside(from, address);
    if (number === undefined) {
      goOnAt(this.frame, address);
      return;
    }
    if (this.crossesPage(from, address)) this.checkPage(address, address, 0);
    const label = this.labelOf(from, number);
    if (label !== undefined) builder.branch(label);
    else this.tree(number);
  }

  /** Leaves at an address if a page is not the one that was translated: entering it may be a miss or a fault. */
  private checkPage(page: number, address: number, undone: number): void {
    leaveIf(this.frame, address, undone, () => pushIsElsewhere(this.frame, page, this.source.frameOf(page)));
  }

  private jumpTo(number: number, push: Push): void {
    const { end } = this.blockAt(number);
    const { builder, pc } = this.frame;
    push();
    builder.set(pc);
    if (end.kind === 'indirectCall') {
      this.spillAll(number);
      this.leaveWhenDeep();
      this.callFound();
      this.returned(number, end.next);
      return;
    }
    if (end.kind === 'indirect') this.switch(number);
    this.spillAll(number);
    if (end.kind === 'indirect') this.goOnFound();
    else this.giveResults();
  }

  /** Goes on in the region at pc, or gives the results; who called this region stays its caller. */
  private goOnFound(): void {
    goOnFound(this.frame, this.functions);
  }

  private giveResults(): void {
    const { builder, pc, remaining } = this.frame;
    builder.get(pc);
    builder.get(remaining);
    builder.return();
  }

  private spillAll(number: number): void {
    spillRegisters(this.frame, this.analysis.dirtyAtEnd[number] ?? NO_REGISTERS);
  }

  private call(number: number, target: number, next: number): void {
    const { builder, pc, remaining, depth } = this.frame;
    this.spillAll(number);
    builder.i64(target);
    builder.set(pc);
    this.leaveWhenDeep();
    const known = this.functions.functionOf(target);
    if (known === undefined) {
      this.callFound();
    } else {
      if (this.crossesPage(number, target)) {
        pushIsElsewhere(this.frame, target, this.source.frameOf(target));
        builder.if();
        this.giveResults();
        builder.end();
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
    builder.if();
    this.giveResults();
    builder.end();
  }

  /** Calls the region at pc, or nothing. */
  private callFound(): void {
    const { builder, pc, remaining, depth } = this.frame;
    builder.get(pc);
    builder.get(remaining);
    this.pushLess(depth);
    builder.call(this.functions.enter);
    builder.set(remaining);
    builder.set(pc);
  }

  /** Goes on after a call if control came back to where it should. */
  private returned(number: number, next: number): void {
    const { builder, pc } = this.frame;
    builder.get(pc);
    builder.i64(next);
    builder.op('i64.ne');
    builder.if();
    this.giveResults();
    builder.end();
    const inside = this.inside(number, next);
    loadRegisters(this.frame, this.analysis.used);
    if (inside === undefined) {
      goOnAt(this.frame, next);
      return;
    }
    if (!this.graph.isLoopHeader[inside]) this.checkBudget(inside);
    this.edge(number, next);
  }

  /** An indirect jump inside the region, by a table of the halfwords between its lowest and highest target. */
  private switch(from: number): void {
    const targets = this.graph.region.switchTargets.filter(
      (address) => !this.crossesPage(from, address) && this.canSwitchTo(from, address),
    );
    if (targets.length < 2) return;
    const { builder, pc } = this.frame;
    const first = targets.reduce((a, b) => Math.min(a, b));
    const last = targets.reduce((a, b) => Math.max(a, b));
    const otherwise = builder.block();
    const labels = Array.from({ length: (last - first) / 2 + 1 }, () => otherwise);
    for (const target of targets) {
      const number = this.graph.numbers.get(target) as number;
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
  }

  private canSwitchTo(from: number, address: number): boolean {
    const number = this.inside(from, address);
    return number !== undefined && this.labelOf(from, number) !== undefined;
  }
}
