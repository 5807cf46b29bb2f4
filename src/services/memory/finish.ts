/**
 * The end of every operation that may have taken regions away: the turn is given back, files that nobody shows any more are
 * released one by one, and the operation's value or error goes to its caller.
 */
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Space } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

/** Locals that an operation with this end has. */
export const ENDING = ['claimed', 'value', 'error'] as const;

/** The part of a frame that the end works with. */
export interface Ending {
  readonly space: number;
  /** 1 when this operation has claimed the space's turn. */
  claimed: number;
  value: number;
  error: number;
}

/** Ends an operation; its step `released` must be `finish` too. */
export function finish(k: Kernel, f: Ending, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  space.yieldTurn(f.claimed);
  f.claimed = 0;
  const node = space.takeCondemned();
  if (node !== 0) return k.call(wiring.backing.release, { node }, 'released');
  return f.error !== 0 ? k.fail(f.error) : k.done(f.value);
}

export function finishWith(k: Kernel, f: Ending, wiring: MemoryWiring, value: number): OutcomeNumber {
  f.value = value;
  return finish(k, f, wiring);
}

export function failWith(k: Kernel, f: Ending, wiring: MemoryWiring, error: number): OutcomeNumber {
  f.error = error;
  return finish(k, f, wiring);
}

/** Goes on in another step, with the turn claimed meanwhile. */
export function goOn(k: Kernel, f: Ending, space: Space, then: string): OutcomeNumber {
  if (space.claim() === 1) f.claimed = 1;
  return k.goto(then);
}
