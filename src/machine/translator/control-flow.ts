/**
 * Follows a guest function's control flow from one address on: the blocks of a region, each a straight line of
 * instructions and a way out. What lies on pages that are not known to be executable, never ran in a large function or
 * is beyond the limits stays outside, as targets that leave the region.
 *
 * Nothing here knows WebAssembly. Addresses are safe integers below 2^47.
 */

import { type Decoded, decode, isCompressed } from '../isa/decoder.ts';
import { endsStraightLine } from '../isa/definition.ts';
import { FRAME_SIZE } from '../layout.ts';

/** What the explorer asks of memory; both answers may change between two regions, never within one. */
export interface CodeSource {
  /** Offset in memory of the frame from which the page of an address executes at present, or -1. */
  frameOf(address: number): number;
  /** The halfword at an offset in memory. */
  halfword(place: number): number;
  /** Has the interpreter executed this address? */
  wasExecuted(address: number): boolean;
  /**
   * Is there a region already that begins here, and has come to the limits of size? Others end where it begins, so that a large
   * function is not translated over and over from one place after the other.
   */
  beginsFullRegion(address: number): boolean;
}

export interface RegionInstruction {
  readonly address: number;
  readonly decoded: Decoded;
}

/** How a block is left. */
export type BlockEnd =
  /** To the next instruction, which another block begins with. */
  | { readonly kind: 'next'; readonly next: number }
  | { readonly kind: 'jump'; readonly target: number }
  | { readonly kind: 'branch'; readonly target: number; readonly next: number }
  /** A call of a known address; control is expected back at `next`. */
  | { readonly kind: 'call'; readonly target: number; readonly next: number }
  | { readonly kind: 'indirectCall'; readonly next: number }
  | { readonly kind: 'return' }
  /** To an address computed at run time. */
  | { readonly kind: 'indirect' }
  /** The last instruction is for the interpreter: it traps, or needs the machine. */
  | { readonly kind: 'leave' };

export interface Block {
  readonly address: number;
  readonly instructions: readonly RegionInstruction[];
  readonly end: BlockEnd;
}

export interface Region {
  readonly entry: number;
  /** By address; the entry first, the rest in order of discovery. */
  readonly blocks: ReadonlyMap<number, Block>;
  readonly instructionCount: number;
  /** Blocks to which indirect jumps of this region may lead. */
  readonly switchTargets: readonly number[];
}

export interface RegionLimits {
  /** Instructions in a region. */
  readonly instructions: number;
  /** Up to this many, also what never ran is included. */
  readonly unexecuted: number;
}

const PAGE_MASK = FRAME_SIZE - 1;
const LINK_REGISTERS: ReadonlySet<number> = new Set([1, 5]);
const STACK_POINTER = 2;
const LONGEST_BLOCK = 100;
const MOST_SWITCH_TARGETS = 512;
const SWITCH_SEARCH = 4096;

export const pageOf = (address: number): number => address - (address % FRAME_SIZE);

/** Does the instruction go on beyond its page? */
export const straddles = ({ address, decoded }: RegionInstruction): boolean =>
  (address & PAGE_MASK) === FRAME_SIZE - 2 && decoded.length === 4;

/** The instruction at an address, or undefined when it is illegal or not there. */
export function instructionAt(source: CodeSource, address: number): RegionInstruction | undefined {
  const frame = source.frameOf(address);
  if (frame < 0) return undefined;
  const offset = address & PAGE_MASK;
  const half = source.halfword(frame + offset);
  if (isCompressed(half)) return wrap(address, half);
  const second = offset === FRAME_SIZE - 2 ? source.frameOf(address + 2) : frame + offset + 2;
  return second < 0 ? undefined : wrap(address, (half | (source.halfword(second) << 16)) >>> 0);
}

function wrap(address: number, word: number): RegionInstruction | undefined {
  const decoded = decode(word);
  return decoded && { address, decoded };
}

/** What an instruction that ends a straight line does to control flow. */
function endOf({ address, decoded }: RegionInstruction): BlockEnd {
  const { definition, rd, rs1, immediate, length } = decoded;
  const next = address + length;
  const target = address + immediate;
  switch (definition.meaning.at(-1)?.kind) {
    case 'branch':
      return { kind: 'branch', target, next };
    case 'jump':
      return LINK_REGISTERS.has(rd) ? { kind: 'call', target, next } : { kind: 'jump', target };
    case 'jumpTo':
      if (LINK_REGISTERS.has(rd)) return { kind: 'indirectCall', next };
      return LINK_REGISTERS.has(rs1) && rd === 0 ? { kind: 'return' } : { kind: 'indirect' };
    default:
      return { kind: 'leave' };
  }
}

/** Where control may go inside a region from the end of a block. */
export function successorsOf(end: BlockEnd, switchTargets: readonly number[]): readonly number[] {
  switch (end.kind) {
    case 'next':
    case 'call':
    case 'indirectCall':
      return [end.next];
    case 'jump':
      return [end.target];
    case 'branch':
      return [end.next, end.target];
    case 'indirect':
      return switchTargets;
    default:
      return [];
  }
}

/** Finds the region of an entry; undefined when not even its first instruction can be translated. */
export function exploreRegion(source: CodeSource, entry: number, limits: RegionLimits): Region | undefined {
  const explorer = new Explorer(source, entry, limits);
  explorer.from([entry]);
  const first = explorer.known.get(entry);
  if (first === undefined || straddles(first)) return undefined;
  const switchTargets = explorer.hasSwitch ? explorer.findSwitchTargets() : [];
  if (switchTargets.length === 0) return explorer.finish(entry, []);
  const whole = explorer.with(switchTargets);
  // Some of a large interpreter's cases in each of its regions would be the same code many times.
  return whole.hasRoom(true) ? whole.finish(entry, switchTargets) : explorer.finish(entry, []);
}

// scratch: one per region that is explored
class Explorer {
  readonly known = new Map<number, RegionInstruction>();
  hasSwitch = false;
  private readonly leaders = new Set<number>();
  private readonly source: CodeSource;
  private readonly entry: number;
  private readonly limits: RegionLimits;

  constructor(source: CodeSource, entry: number, limits: RegionLimits) {
    this.source = source;
    this.entry = entry;
    this.limits = limits;
  }

  /** What is explored so far and from more starts, the first of which matter most. */
  with(starts: readonly number[]): Explorer {
    const explorer = new Explorer(this.source, this.entry, this.limits);
    explorer.from([...starts.toReversed(), this.entry]);
    return explorer;
  }

  /** Follows control flow; what has been executed first, so that it is what fits in. */
  from(starts: readonly number[]): void {
    const executed = [...starts];
    const others: number[] = [];
    for (;;) {
      const start = executed.pop() ?? others.pop();
      if (start === undefined) return;
      const isExecuted = this.source.wasExecuted(start);
      if (this.leaders.has(start) || this.isOther(start)) continue;
      if (!this.hasRoom(isExecuted) && !this.known.has(start)) continue;
      this.leaders.add(start);
      const end = this.straightLine(start);
      if (end === undefined) continue;
      for (const next of successorsOf(end, []))
        (this.source.wasExecuted(next) ? executed : others).push(next);
    }
  }

  /** Does another region begin at an address that is better entered? */
  private isOther(address: number): boolean {
    return address !== this.entry && this.source.beginsFullRegion(address);
  }

  hasRoom(isExecuted: boolean): boolean {
    return this.known.size < (isExecuted ? this.limits.instructions : this.limits.unexecuted);
  }

  /** Notes the instructions of a straight line up to its end, or to what is known. */
  private straightLine(start: number): BlockEnd | undefined {
    let hasIndex = false;
    for (let address = start; ; ) {
      const found = this.known.get(address) ?? instructionAt(this.source, address);
      if (found === undefined) return undefined;
      const isKnown = this.known.has(address);
      this.known.set(address, found);
      if (endsStraightLine(found.decoded.definition)) {
        const end = endOf(found);
        this.hasSwitch ||= end.kind === 'indirect' && hasIndex;
        return end;
      }
      hasIndex ||= scalesIndex(found);
      if (isKnown && address !== start) return undefined;
      address += found.decoded.length;
      const isEnd = pageOf(address) !== pageOf(start) || this.isOther(address);
      if (isEnd || this.known.size >= this.limits.instructions) return { kind: 'next', next: address };
    }
  }

  /**
   * Executed code among that of the region which no known path leads to: what stands after an unconditional jump, or after
   * what was not executed. An indirect jump of the region probably leads there, up to where another function seems to begin. None, when there is no room for them.
   */
  findSwitchTargets(): number[] {
    if (!this.hasRoom(true)) return [];
    const addresses = [...this.known.keys()];
    const first = addresses.reduce((a, b) => Math.min(a, b));
    const last = Math.min(
      addresses.reduce((a, b) => Math.max(a, b)) + SWITCH_SEARCH,
      first + 2 * SWITCH_SEARCH,
    );
    const found: number[] = [];
    let isStart = false;
    for (let address = first; address < last && found.length < MOST_SWITCH_TARGETS; ) {
      const known = this.known.get(address) ?? this.instructionIfExecuted(address);
      if (known !== undefined && isStart && !this.known.has(address)) {
        if (growsStack(known)) break;
        found.push(address);
      }
      isStart = known === undefined || isUnconditional(known);
      address += known?.decoded.length ?? 2;
    }
    return found;
  }

  private instructionIfExecuted(address: number): RegionInstruction | undefined {
    return this.source.wasExecuted(address) ? instructionAt(this.source, address) : undefined;
  }

  /** Cuts what is known into blocks. */
  finish(entry: number, switchTargets: readonly number[]): Region {
    const starts = [
      entry,
      ...[...this.leaders].filter((leader) => leader !== entry && this.known.has(leader)),
    ];
    const blocks = new Map<number, Block>();
    const waiting = starts.reverse();
    for (let start = waiting.pop(); start !== undefined; start = waiting.pop()) {
      if (blocks.has(start)) continue;
      const block = this.block(start);
      blocks.set(start, block);
      if (block.end.kind === 'next' && this.known.has(block.end.next)) waiting.push(block.end.next);
    }
    return {
      entry,
      blocks,
      instructionCount: this.known.size,
      switchTargets: switchTargets.filter((target) => blocks.has(target)),
    };
  }

  private block(start: number): Block {
    const instructions: RegionInstruction[] = [];
    for (let address = start; ; ) {
      const instruction = this.known.get(address);
      const isCut =
        instructions.length > 0 && (this.leaders.has(address) || pageOf(address) !== pageOf(start));
      if (instruction === undefined || isCut || instructions.length === LONGEST_BLOCK)
        return { address: start, instructions, end: { kind: 'next', next: address } };
      instructions.push(instruction);
      if (endsStraightLine(instruction.decoded.definition))
        return { address: start, instructions, end: endOf(instruction) };
      address += instruction.decoded.length;
    }
  }
}

/** Does an instruction make an offset of a number of words, as what looks into a table of addresses does? */
function scalesIndex({ decoded: { definition, immediate } }: RegionInstruction): boolean {
  return definition.name === 'slli' && (immediate === 2 || immediate === 3);
}

/** Does an instruction make room on the stack, as functions do near their beginnings? */
export function growsStack({ decoded }: RegionInstruction): boolean {
  const { definition, rd, rs1, immediate } = decoded;
  return definition.name === 'addi' && rd === STACK_POINTER && rs1 === STACK_POINTER && immediate < 0;
}

/** Does control never go on to the next instruction? */
export function isUnconditional(instruction: RegionInstruction): boolean {
  if (!endsStraightLine(instruction.decoded.definition)) return false;
  const { kind } = endOf(instruction);
  return kind === 'jump' || kind === 'return' || kind === 'indirect';
}
