/** The policies by name. Adding one: a file beside this, and a line here. */
import type { PolicyGround, SchedulingPolicy } from '../contracts/scheduler.ts';
import type { RecordStore } from '../kernel/records.ts';
import { atropos } from './atropos.ts';
import { bsd } from './bsd.ts';
import { constantTime } from './constant-time.ts';
import { cooperative } from './cooperative.ts';
import { earliestDeadline } from './earliest-deadline.ts';
import { eevdf } from './eevdf.ts';
import { fairShare } from './fair-share.ts';
import { feedbackQueue } from './feedback-queue.ts';
import { firstCome } from './first-come.ts';
import { highestResponseRatio } from './highest-response-ratio.ts';
import { lottery } from './lottery.ts';
import { multilevelQueue } from './multilevel-queue.ts';
import type { PolicyDefinition } from './parts/definition.ts';
import { quoted, settingsOf } from './parts/specification.ts';
import { priority } from './priority.ts';
import { rateMonotonic } from './rate-monotonic.ts';
import { roundRobinPolicy } from './round-robin.ts';
import { shortestJob } from './shortest-job.ts';
import { shortestRemaining } from './shortest-remaining.ts';
import { stride } from './stride.ts';
import { timetable } from './timetable.ts';
import { user } from './user.ts';

export const POLICIES: readonly PolicyDefinition[] = [
  firstCome,
  shortestJob,
  shortestRemaining,
  roundRobinPolicy,
  lottery,
  stride,
  priority,
  bsd,
  constantTime,
  multilevelQueue,
  feedbackQueue,
  fairShare,
  highestResponseRatio,
  rateMonotonic,
  earliestDeadline,
  atropos,
  timetable,
  eevdf,
  cooperative,
  user,
];

/** A policy with its settings, ready to be made on any ground. */
export interface ChosenPolicy {
  /** As it was asked for: `NAME[:key=value,...]`. */
  readonly specification: string;
  readonly definition: PolicyDefinition;
  readonly make: (ground: PolicyGround, store: RecordStore) => SchedulingPolicy;
  /** Are its hooks watched on paper too? Under a kernel all are. */
  readonly isWatched: boolean;
  /** The same policy, its spans of time in units of so many cycles. */
  readonly inUnits: (cycles: number) => ChosenPolicy;
}

/**
 * The policy of a specification `NAME[:key=value,...]`, spans of time in units of `unit` cycles. Throws an Error of one line
 * that lists what there is.
 */
export function policyNamed(specification: string, unit = 1): ChosenPolicy {
  const at = specification.indexOf(':');
  const name = at < 0 ? specification : specification.slice(0, at);
  const definition = POLICIES.find((known) => known.name === name);
  if (definition === undefined)
    throw new Error(
      `no policy is called ${quoted(name)}; there are ${POLICIES.map((known) => known.name).join(', ')}`,
    );
  return chosenPolicy(definition, at < 0 ? '' : specification.slice(at + 1), specification, { unit });
}

/** A policy by its definition, with settings `key=value,...`. Throws an Error of one line. */
export function chosenPolicy(
  definition: PolicyDefinition,
  text: string,
  specification: string,
  { unit = 1, isWatched = false } = {},
): ChosenPolicy {
  const settings = settingsOf(definition, text, unit);
  definition.check?.(settings);
  return {
    specification,
    definition,
    make: (ground, store) => definition.make(ground, store, settings),
    isWatched,
    inUnits: (cycles) => chosenPolicy(definition, text, specification, { unit: cycles, isWatched }),
  };
}

/** The specifications of several policies with commas between them: a comma parts policies only before a policy's name. */
export function specificationsIn(text: string): string[] {
  const list: string[] = [];
  for (const piece of text.split(','))
    if (list.length > 0 && piece.includes('=') && !piece.slice(0, piece.indexOf('=')).includes(':'))
      list[list.length - 1] += `,${piece}`;
    else list.push(piece);
  return list;
}
