/**
 * Hints: what a user says of programs for scheduling policies, by name. A thread gets what is said of its name when a program
 * is executed, and when it names itself (prctl PR_SET_NAME). They are kept in machine memory, from the machine's first instant.
 */
import { NEVER, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { currentThread, linuxRoot } from '../state.ts';
import { HIGHEST_NICE, LOWEST_NICE, weightOf } from './priorities.ts';

const NAME_BYTES = 16;

/** What can be said of a program, as in contracts/scheduler.ts; times are cycles, and a deadline counts from each release. */
export interface HintPlan {
  readonly name: string;
  readonly values: { readonly [key in HintKey]?: number };
}

/** Each key with its least and most value. */
export const HINT_KEYS = {
  burst: [1, Number.MAX_SAFE_INTEGER],
  deadline: [1, Number.MAX_SAFE_INTEGER],
  period: [1, Number.MAX_SAFE_INTEGER],
  slice: [1, Number.MAX_SAFE_INTEGER],
  latency: [1, Number.MAX_SAFE_INTEGER],
  priority: [0, 1_000_000],
  tickets: [1, 1_000_000],
  extra: [0, 1],
  nice: [LOWEST_NICE, HIGHEST_NICE],
  hart: [0, 31],
} as const;
export type HintKey = keyof typeof HINT_KEYS;

/** What was not said. */
const UNSAID = -1_000;

const Hint = record('Hint', {
  name: { array: 'u8', length: NAME_BYTES },
  burst: 'integer',
  deadline: 'integer',
  period: 'integer',
  slice: 'integer',
  latency: 'integer',
  priority: 'i32',
  tickets: 'i32',
  extra: 'i32',
  nice: 'i32',
  hart: 'i32',
});

export const MOST_HINTS = Math.floor(PAGE_SIZE / Hint.size);

/** Keeps what is said, at boot. */
export function keepHints(k: Kernel, plans: readonly HintPlan[]): void {
  if (plans.length === 0) return;
  const root = linuxRoot(k);
  root.hints = k.frames.allocate(k.homeOf('linux'), FrameUse.slab) * PAGE_SIZE;
  root.hintCount = Math.min(plans.length, MOST_HINTS);
  for (const [index, { name, values }] of plans.slice(0, MOST_HINTS).entries()) {
    const hint = Hint.at(k.store, root.hints + index * Hint.size);
    const bytes = new TextEncoder().encode(name).subarray(0, NAME_BYTES - 1);
    k.memory.clear(hint.name, NAME_BYTES);
    k.memory.store(hint.name, bytes);
    for (const key of Object.keys(HINT_KEYS) as HintKey[]) hint[key] = values[key] ?? UNSAID;
  }
}

/** Gives the calling thread what is said of its name; what is not said of it stays as it was. */
export function applyHints(k: Kernel): void {
  const { hints, hintCount } = linuxRoot(k);
  const { name } = currentThread(k);
  for (let index = 0; index < hintCount; index++) {
    const at = hints + index * Hint.size;
    if (isNamed(k, at, name)) apply(k, at);
  }
}

function textAt(k: Kernel, name: PhysicalAddress): string {
  const bytes = k.memory.bytes(name, NAME_BYTES);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function isNamed(k: Kernel, hint: PhysicalAddress, name: PhysicalAddress): boolean {
  return textAt(k, Hint.at(k.store, hint).name) === textAt(k, name);
}

function apply(k: Kernel, at: PhysicalAddress): void {
  const { burst, deadline, period, slice, latency, priority, tickets, extra, nice, hart } = Hint.at(
    k.store,
    at,
  );
  const said = (value: number, otherwise: number) => (value === UNSAID ? otherwise : value);
  k.mechanism();
  const view = k.threads.at(k.thread);
  k.scheduling.change(k.thread, () => {
    view.burst = said(burst, view.burst);
    view.period = said(period, view.period);
    view.slice = said(slice, view.slice);
    view.soon = said(latency, view.soon);
    view.priority = said(priority, view.priority);
    view.tickets = said(tickets, view.tickets);
    view.extra = said(extra, view.extra);
    view.nice = said(nice, view.nice);
    if (nice !== UNSAID) view.weight = weightOf(nice);
    if (hart !== UNSAID && hart < k.scheduling.hartCount) view.affinity = 2 ** hart;
    if (deadline === UNSAID && period === UNSAID) return;
    view.within = said(deadline, said(period, NEVER));
    view.due = k.now + view.within;
  });
  const refusal = k.scheduling.admit(k.thread);
  if (refusal !== '') refuse(k, refusal);
  if (hart !== UNSAID || priority !== UNSAID) k.scheduling.lookAgain(view.hart);
}

/** What a policy does not admit has no claim: it goes on as one that has declared nothing. */
function refuse(k: Kernel, why: string): void {
  const view = k.threads.at(k.thread);
  k.scheduling.change(k.thread, () => {
    view.period = 0;
    view.slice = 0;
    view.within = 0;
    view.due = 0;
  });
  const { name } = currentThread(k);
  k.say(`the policy does not admit ${textAt(k, name)}, whose period and deadline are left aside: ${why}`);
}
