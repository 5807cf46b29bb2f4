/** The check of a policy's decisions, the same for real threads and for jobs on paper. */
import type { Decision, SchedulingPolicy } from '../contracts/scheduler.ts';
import { NEVER } from '../contracts/units.ts';

/** A policy broke its contract. The message carries the policy's dump. */
export class PolicyFault extends Error {}

/** What is wrong with a decision for a hart, or ''. */
export function objection(decision: Decision, isReady: boolean, affinity: number, hart: number): string {
  if (!isReady) return 'picked a thread that is not ready';
  if (((affinity >>> hart) & 1) === 0) return `picked a thread that may not run on hart ${hart}`;
  const { slice } = decision;
  if (slice !== NEVER && (!Number.isSafeInteger(slice) || slice <= 0))
    return `gave a slice of ${slice} cycles`;
  return '';
}

/** Ends what a policy has done wrong: its dump is in the message. */
export function refuse(policy: SchedulingPolicy, what: string, whom: string): never {
  let dump: string;
  try {
    dump = policy.dump();
  } catch (error) {
    dump = `(its dump fails: ${(error as Error).message})`;
  }
  throw new PolicyFault(`scheduling policy '${policy.name}' ${what} (${whom})\n${dump}`);
}
