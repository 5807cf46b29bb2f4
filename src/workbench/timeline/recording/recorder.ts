/**
 * Records what threads do, for timelines and measures. It looks and keeps what it has seen in memory of the host's,
 * within bounds: spans for pictures up to a number, after which only sums go on; sums for a number of processes, after which
 * later ones are one.
 *
 * Harts tell of their instants out of order, by the lookahead at most: what is younger than SETTLED_AFTER may still be
 * corrected (a thread that one hart takes before the instant at which another one made it ready was never ready); older spans
 * are settled: summed up, and kept for pictures.
 */
import type { EnqueueReason } from '../../../contracts/scheduler.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { RecordStore } from '../../../kernel/records.ts';
import type { ThreadRecorder } from '../../../kernel/thread-recorder.ts';
import type { Stretch } from '../overlaps.ts';
import type { Activity, Lane, Span } from '../timeline.ts';
import { isBlocked, lookingStore, ownerOf, processNameOf, reasonOf, threadNumberOf } from './looking.ts';
import { Parties, type Party } from './parties.ts';

/** Spans kept for pictures, and threads that have a row. */
export const MOST_SPANS = 400_000;
export const MOST_LANES = 2000;

/** Cycles after which a span cannot change any more: many times the executive's lookahead. */
const SETTLED_AFTER = 1_000_000;
/** Spans that wait to be settled before it is tried. */
const BATCH = 16_384;
/** Threads without a process have numbers from here on, so that they are no process's. */
const FIRST_OTHER_NUMBER = 1_000_000;

/** A lane while it is made; undefined in `Live` for threads that came when there were too many. */
interface LaneDraft extends Lane {
  name: string;
  processName: string;
  readonly spans: Span[];
  readonly party: Party;
}

interface PendingSpan {
  readonly live: Live;
  readonly activity: Activity;
  readonly from: number;
  to: number;
  readonly hart: number;
  readonly detail: string;
  /** The lane's span before it, while that may change. */
  before: PendingSpan | undefined;
  isSettled: boolean;
}

/** A thread as it is now. `leaving`: it has left its hart, and what it does instead is not told yet. */
interface Live {
  readonly thread: PhysicalAddress;
  readonly owner: PhysicalAddress;
  /** The process's number, or 0. */
  readonly pid: number;
  readonly lane: LaneDraft | undefined;
  readonly party: Party;
  activity: Activity | 'leaving' | 'ended';
  since: number;
  hart: number;
  detail: string;
  last: PendingSpan | undefined;
}

export interface RecorderLimits {
  readonly spans: number;
  readonly lanes: number;
}

export class ScheduleRecorder implements ThreadRecorder {
  readonly parties = new Parties();
  readonly lanes: Lane[] = [];
  /** Threads that have no row. */
  lanesLeftOut = 0;
  /** Up to where spans were kept; Infinity when all were. */
  keptUntil = Number.POSITIVE_INFINITY;
  readonly #limits: RecorderLimits;
  readonly #living = new Map<PhysicalAddress, Live>();
  /** By the owner's key. */
  readonly #owners = new Map<PhysicalAddress, Party>();
  /** The thread by which a process that has ended is shown until it is waited for. */
  readonly #zombies = new Map<PhysicalAddress, Live>();
  #pending: PendingSpan[] = [];
  #settledUntil = 0;
  #spans = 0;
  #patience = BATCH;
  #look: RecordStore | undefined;

  constructor(limits: RecorderLimits = { spans: MOST_SPANS, lanes: MOST_LANES }) {
    this.#limits = limits;
  }

  ready(k: Kernel, thread: PhysicalAddress, reason: EnqueueReason): void {
    const live = this.#live(k, thread);
    if (live.activity === 'ready') return;
    if (live.activity === 'leaving') {
      const isForced = reason === 'preempted' || reason === 'yielded';
      live.activity = isForced ? 'ready' : 'blocked';
      if (isForced) return;
    }
    this.#enter(live, 'ready', k.now, -1, '');
  }

  running(k: Kernel, thread: PhysicalAddress, hart: number, at: number): void {
    this.#enter(this.#live(k, thread), 'running', at, hart, '');
    if (this.#pending.length >= this.#patience) this.#settle(k.now - SETTLED_AFTER);
  }

  left(k: Kernel, thread: PhysicalAddress): void {
    const live = this.#live(k, thread);
    if (live.activity !== 'running') return;
    const look = this.#store(k);
    if (isBlocked(look, thread)) this.#enter(live, 'blocked', k.now, -1, reasonOf(k, look, thread));
    else this.#enter(live, 'leaving', k.now, -1, '');
  }

  ended(k: Kernel, thread: PhysicalAddress): void {
    const live = this.#living.get(thread);
    if (live === undefined) return;
    const { party } = live;
    this.#living.delete(thread);
    this.#name(k, live);
    party.threads -= 1;
    // On another hart its parent may have waited for it already.
    const isAwaited = this.#owners.get(live.owner) !== party;
    const isLast = party.threads === 0 && party.pid !== 0;
    // A thread that has left its hart to end does nothing in between.
    const at = live.activity === 'leaving' ? live.since : k.now;
    if (isLast) party.finish = at;
    const isZombie = isLast && !isAwaited;
    if (isZombie) this.#zombies.set(live.owner, live);
    this.#enter(live, isZombie ? 'zombie' : 'ended', at, -1, '');
  }

  forgotten(k: Kernel, beneficiary: PhysicalAddress): void {
    const zombie = this.#zombies.get(beneficiary);
    if (zombie !== undefined) this.#enter(zombie, 'ended', k.now, -1, '');
    this.#zombies.delete(beneficiary);
    this.#owners.delete(beneficiary);
  }

  /** The run is over, at an instant: what goes on is cut there, and everything is settled. */
  finish(k: Kernel, end: number): void {
    for (const live of this.#living.values()) {
      this.#name(k, live);
      this.#enter(live, 'ended', end, -1, '');
    }
    for (const live of this.#zombies.values()) this.#enter(live, 'ended', end, -1, '');
    this.#living.clear();
    this.#zombies.clear();
    this.#settle(Number.POSITIVE_INFINITY);
  }

  #store(k: Kernel): RecordStore {
    this.#look ??= lookingStore(k);
    return this.#look;
  }

  /** A thread as it is known, or from now on. */
  #live(k: Kernel, thread: PhysicalAddress): Live {
    const known = this.#living.get(thread);
    if (known !== undefined) return known;
    const look = this.#store(k);
    const owner = ownerOf(k, look, thread);
    const isFirst = !this.#owners.has(owner.key);
    const party = this.#owners.get(owner.key) ?? this.parties.add(owner.pid, owner.domain, owner.since);
    this.#owners.set(owner.key, party);
    party.threads += 1;
    const live: Live = {
      ...{
        thread,
        owner: owner.key,
        pid: owner.pid,
        party,
        lane: this.#lane(look, thread, owner.pid, party),
      },
      ...{ activity: 'new', since: isFirst && owner.pid !== 0 ? owner.since : k.now, hart: -1, detail: '' },
      last: undefined,
    };
    this.#living.set(thread, live);
    return live;
  }

  #lane(look: RecordStore, thread: PhysicalAddress, pid: number, party: Party): LaneDraft | undefined {
    if (this.lanes.length >= this.#limits.lanes) {
      this.lanesLeftOut += 1;
      return undefined;
    }
    const number = threadNumberOf(look, thread);
    const lane: LaneDraft = {
      id: pid === 0 ? FIRST_OTHER_NUMBER + number : number,
      process: pid === 0 ? FIRST_OTHER_NUMBER - party.id : pid,
      ...{ name: '', processName: '', spans: [], marks: [], party },
    };
    this.lanes.push(lane);
    return lane;
  }

  /** Names change when a program is executed: the last one is shown. */
  #name(k: Kernel, { party, lane, owner, pid }: Live): void {
    const name = pid === 0 ? party.name : processNameOf(this.#store(k), owner);
    if (party.pid !== 0) party.name = name;
    if (lane === undefined) return;
    lane.processName = pid === 0 ? name : `${name} (${pid})`;
    const number = pid === 0 ? lane.id - FIRST_OTHER_NUMBER : lane.id;
    lane.name = lane.id === lane.process ? lane.processName : `${lane.processName} thread ${number}`;
  }

  #enter(live: Live, activity: Live['activity'], at: number, hart: number, detail: string): void {
    if (at < live.since) this.#trim(live, at);
    else if (live.activity !== 'ended' && live.activity !== 'leaving' && at > live.since)
      this.#close(live, at);
    Object.assign(live, { activity, since: at, hart, detail });
  }

  #close(live: Live, to: number): void {
    const { activity, since, hart, detail, last } = live;
    if (activity === 'ended' || activity === 'leaving') return;
    const span = { live, activity, from: since, to, hart, detail, before: last, isSettled: false };
    live.last = span;
    this.#pending.push(span);
  }

  /** A thread's state has changed before the instant that was told last: what lies behind did not happen. */
  #trim(live: Live, at: number): void {
    for (let span = live.last; span !== undefined && !span.isSettled && span.to > at; span = span.before)
      span.to = Math.max(span.from, at);
  }

  /** Sums up what lies before an instant, and keeps spans that have ended by then. */
  #settle(until: number): void {
    if (until <= this.#settledUntil) return;
    this.parties.compare(this.#stretches(), this.#settledUntil, until);
    this.#settledUntil = until;
    const left: PendingSpan[] = [];
    for (const span of this.#pending)
      if (span.to > until) left.push(span);
      else this.#keep(span);
    this.#pending = left;
    this.#patience = left.length + BATCH;
  }

  /** Who waits and who runs, as far as it is known; what goes on has no end yet. */
  *#stretches(): Generator<Stretch> {
    for (const { activity, from, to, live } of this.#pending)
      if (activity === 'running' || activity === 'ready')
        yield { party: live.party.id, isRunning: activity === 'running', from, to };
    for (const { activity, since, party } of this.#living.values())
      if (activity === 'running' || activity === 'ready')
        yield {
          party: party.id,
          isRunning: activity === 'running',
          from: since,
          to: Number.POSITIVE_INFINITY,
        };
  }

  #keep(span: PendingSpan): void {
    const { live, activity, from, to, hart, detail } = span;
    span.isSettled = true;
    span.before = undefined;
    if (to <= from) return;
    this.parties.spend(live.party, activity, from, to);
    if (live.lane === undefined) return;
    if (this.#spans >= this.#limits.spans) {
      this.keptUntil = Math.min(this.keptUntil, from);
      return;
    }
    this.#spans += 1;
    live.lane.spans.push({ activity, from, to, hart, detail });
  }
}
