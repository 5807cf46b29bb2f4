/**
 * The replacement contract: which unit makes way for another. A policy is told of every unit that comes and of every use,
 * and names a victim among those that may go. Its state is the cache's one list and a word in each unit.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';

/** What a policy stands on: a list of units that it may order as it likes. Units leave it when they leave the cache. */
export interface ReplacementGround {
  readonly first: PhysicalAddress;
  /** The unit behind one in the list, or 0. */
  next(unit: PhysicalAddress): PhysicalAddress;
  moveToEnd(unit: PhysicalAddress): void;
  /** A word that the policy keeps with a unit, 0 at first. */
  word(unit: PhysicalAddress): number;
  setWord(unit: PhysicalAddress, word: number): void;
  /** May it be replaced now? Not while it differs from its disk or a request is under way. */
  mayGo(unit: PhysicalAddress): boolean;
  /** Units in the cache. */
  readonly count: number;
}

export interface ReplacementPolicy {
  readonly name: string;
  readonly tagline: string;
  /** A unit has come; it is at the end of the list. */
  entered?(ground: ReplacementGround, unit: PhysicalAddress): void;
  /** A unit has been read or written. */
  used?(ground: ReplacementGround, unit: PhysicalAddress): void;
  /** The unit to be replaced, or 0 when none may go. */
  victim(ground: ReplacementGround): PhysicalAddress;
}

/** The first unit of the list that may go, or 0. */
export function firstToGo(ground: ReplacementGround): PhysicalAddress {
  let at = ground.first;
  while (at !== 0 && !ground.mayGo(at)) at = ground.next(at);
  return at;
}
