/** Least recently used: the list is in order of the last use. */
import { firstToGo, type ReplacementPolicy } from '../replacement.ts';

export const lru: ReplacementPolicy = {
  name: 'lru',
  tagline: 'the unit whose last use is longest ago goes first',
  used: (ground, unit) => ground.moveToEnd(unit),
  victim: firstToGo,
};
