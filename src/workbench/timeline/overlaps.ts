/**
 * Who ran while this one waited: how long each party ran, on any hart, while each party was ready. Several threads of one
 * party wait, and run, each for itself.
 */

/** A party is ready, or runs, for a while. */
export interface Stretch {
  readonly party: number;
  readonly isRunning: boolean;
  readonly from: number;
  readonly to: number;
}

/** By who waits: by who ran meanwhile: how long. */
export type Overlaps = Map<number, Map<number, number>>;

interface Edge {
  readonly at: number;
  readonly change: 1 | -1;
  readonly stretch: Stretch;
}

function add(table: Overlaps, waiter: number, runner: number, time: number): void {
  const row = table.get(waiter) ?? new Map<number, number>();
  table.set(waiter, row);
  row.set(runner, (row.get(runner) ?? 0) + time);
}

function shift(counts: Map<number, number>, party: number, change: number): void {
  const count = (counts.get(party) ?? 0) + change;
  if (count === 0) counts.delete(party);
  else counts.set(party, count);
}

/** Adds what happened within [from, to) to a table. */
export function addOverlaps(table: Overlaps, stretches: Iterable<Stretch>, from: number, to: number): void {
  const edges: Edge[] = [];
  for (const stretch of stretches) {
    const [begin, end] = [Math.max(from, stretch.from), Math.min(to, stretch.to)];
    if (begin >= end) continue;
    edges.push({ at: begin, change: 1, stretch }, { at: end, change: -1, stretch });
  }
  edges.sort((a, b) => a.at - b.at);
  const waiting = new Map<number, number>();
  const running = new Map<number, number>();
  let last = from;
  for (const { at, change, stretch } of edges) {
    const time = at - last;
    if (time > 0)
      for (const [waiter, waiters] of waiting)
        for (const [runner, runners] of running) add(table, waiter, runner, time * waiters * runners);
    last = at;
    shift(stretch.isRunning ? running : waiting, stretch.party, change);
  }
}
