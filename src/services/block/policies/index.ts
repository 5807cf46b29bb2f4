/** The replacement policies by name. Adding one: a file beside this, and a line here. */
import type { ReplacementPolicy } from '../replacement.ts';
import { clock } from './clock.ts';
import { fifo } from './fifo.ts';
import { lru } from './lru.ts';
import { mru } from './mru.ts';

export const REPLACEMENT_POLICIES: readonly ReplacementPolicy[] = [lru, clock, fifo, mru];

/** The policy of a name. Throws an Error that lists the names there are. */
export function replacementNamed(name: string): ReplacementPolicy {
  const found = REPLACEMENT_POLICIES.find((policy) => policy.name === name);
  if (found === undefined)
    throw new Error(
      `no replacement policy is called '${name}'; there are ${REPLACEMENT_POLICIES.map((p) => p.name).join(', ')}`,
    );
  return found;
}
