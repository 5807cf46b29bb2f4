/**
 * Loops that share a header: `for (;;) { ... for (;;) }` entered at the inner one's beginning, or a loop in which some ways round are
 * much shorter than others. Each gets a header of its own, an empty block before the next inner one's, so that an inner loop is not
 * made to carry what only the outer ones need (residence.ts).
 */

import type { Block } from './control-flow.ts';
import { type Flow, predecessorsOf, reached } from './flow.ts';

/** A loop that goes round as many instructions more than the one inside of it, as a factor, is a loop around it. */
const MUCH_LONGER = 2;

export function withOwnHeaders(flow: Flow): Flow {
  const predecessors = predecessorsOf(flow.successors);
  const nests = flow.order.map((_, header) => nestOf(flow.order, predecessors, header));
  // Numbers of the blocks when empty ones stand before them, the outermost loop's first.
  let added = 0;
  const numbers = nests.map((nest, number) => {
    added += Math.max(0, nest.length - 1);
    return number + added;
  });
  const headerFor = (from: number, to: number): number => {
    const nest = nests[to] as Nest;
    if (nest.length < 2) return numbers[to] as number;
    const depth = from < to ? nest.length - 1 : nest.findIndex((latches) => latches.has(from));
    return (numbers[to] as number) - depth;
  };
  const order: Block[] = [];
  const successors: number[][] = [];
  flow.order.forEach((block, number) => {
    for (let depth = (nests[number] as Nest).length - 1; depth > 0; depth--) {
      const { address } = block;
      order.push({ address, instructions: [], end: { kind: 'next', next: address } });
      successors.push([(numbers[number] as number) - depth + 1]);
    }
    order.push(block);
    successors.push((flow.successors[number] ?? []).map((to) => headerFor(number, to)));
  });
  return { order, successors };
}

/** The ends of the ways round a header, for each of its loops, the innermost first. */
type Nest = readonly ReadonlySet<number>[];

function nestOf(order: Flow['order'], predecessors: readonly (readonly number[])[], header: number): Nest {
  const before = (number: number): readonly number[] =>
    number === header ? [] : (predecessors[number] ?? []);
  const latches = (predecessors[header] ?? []).filter((from) => from >= header);
  if (latches.length < 2) return [new Set(latches)];
  const bodies = latches
    .map((latch) => ({ latch, blocks: reached([latch, header], before) }))
    .sort((a, b) => a.blocks.size - b.blocks.size);
  const lengthOf = (blocks: Iterable<number>): number =>
    [...blocks].reduce((sum, number) => sum + (order[number] as Block).instructions.length, 0);
  const nest: { latches: Set<number>; blocks: Set<number> }[] = [];
  for (const { latch, blocks } of bodies) {
    const inner = nest.at(-1);
    const isAround = inner !== undefined && [...inner.blocks].every((number) => blocks.has(number));
    if (inner === undefined || (isAround && lengthOf(blocks) >= MUCH_LONGER * lengthOf(inner.blocks))) {
      nest.push({ latches: new Set([latch]), blocks: new Set(blocks) });
    } else {
      inner.latches.add(latch);
      for (const number of blocks) inner.blocks.add(number);
    }
  }
  return nest.map((loop) => loop.latches);
}
