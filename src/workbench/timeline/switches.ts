/** A timeline as what a kernel's own trace would have: switches of harts from one thread to another, and wakings. */
import { type Activity, type Lane, type Span, type Timeline, turnsByHart } from './timeline.ts';

/** A hart goes from one thread to another; undefined is the idle thread. */
export interface Switch {
  readonly kind: 'switch';
  readonly at: number;
  readonly hart: number;
  readonly from: Lane | undefined;
  /** What the one that leaves does next; undefined when it has ended. */
  readonly becomes: Activity | undefined;
  readonly to: Lane | undefined;
}

/** A thread may run that was new or blocked. */
export interface Waking {
  readonly kind: 'waking';
  readonly at: number;
  readonly lane: Lane;
  /** Where it will run next, or 0. */
  readonly hart: number;
}

export type KernelEvent = Switch | Waking;

interface Ordered {
  readonly event: KernelEvent;
  /** Among events of one instant. */
  readonly rank: number;
}

function wakingsOf(lane: Lane): Ordered[] {
  return lane.spans.flatMap((span, index) => {
    const before = lane.spans[index - 1];
    const continues = before !== undefined && before.activity === 'running' && before.to === span.from;
    if (span.activity !== 'ready' || continues) return [];
    const next = lane.spans.slice(index + 1).find(({ activity }) => activity === 'running');
    const event = { kind: 'waking', at: span.from, lane, hart: next?.hart ?? 0 } as const;
    return [{ event, rank: 1 }];
  });
}

/** What each lane does after it has run: a gap is a job that waits for its next release. Undefined when it has ended. */
function followers(lanes: readonly Lane[]): Map<Span, Activity | undefined> {
  const found = new Map<Span, Activity | undefined>();
  for (const { spans } of lanes)
    spans.forEach((span, index) => {
      const next = spans[index + 1];
      if (span.activity !== 'running' || next === undefined) return;
      const follows = next.activity === 'running' ? 'ready' : next.activity;
      found.set(span, next.from > span.to ? 'blocked' : follows);
    });
  return found;
}

/**
 * All events in order of time. Where a thread leaves a hart and starts on another at the same instant, it leaves first: the
 * other hart's switch is two then, with the idle thread between.
 */
export function kernelEvents(timeline: Timeline): KernelEvent[] {
  const events: Ordered[] = timeline.lanes.flatMap(wakingsOf);
  const becomes = followers(timeline.lanes);
  /** When each lane last left a hart. */
  const left = new Map<Lane, Set<number>>();
  for (const lane of timeline.lanes)
    left.set(lane, new Set(lane.spans.flatMap(({ activity, to }) => (activity === 'running' ? [to] : []))));
  turnsByHart(timeline).forEach((turns, hart) => {
    const put = (
      at: number,
      rank: number,
      from: (typeof turns)[number] | undefined,
      to: Lane | undefined,
    ): void => {
      const next = from === undefined ? undefined : becomes.get(from.span);
      events.push({ rank, event: { kind: 'switch', at, hart, from: from?.lane, becomes: next, to } });
    };
    turns.forEach((turn, index) => {
      const before = turns[index - 1];
      const isJoined = before !== undefined && before.span.to === turn.span.from;
      const migrates = left.get(turn.lane)?.has(turn.span.from) === true;
      const isSplit = !isJoined || (migrates && before.lane !== turn.lane);
      if (isJoined && !isSplit) put(turn.span.from, 2, before, turn.lane);
      else {
        if (before !== undefined) put(before.span.to, 0, before, undefined);
        put(turn.span.from, 3, undefined, turn.lane);
      }
    });
    const last = turns.at(-1);
    if (last !== undefined) put(last.span.to, 0, last, undefined);
  });
  events.sort((a, b) => a.event.at - b.event.at || a.rank - b.rank);
  return events.map(({ event }) => event);
}
