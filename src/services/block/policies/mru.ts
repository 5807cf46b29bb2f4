/** Most recently used: good for what is read round and round and does not fit, bad for nearly all else. */
import type { ReplacementPolicy } from '../replacement.ts';

export const mru: ReplacementPolicy = {
  name: 'mru',
  tagline: 'the unit that was used last goes first',
  used: (ground, unit) => ground.moveToEnd(unit),
  victim(ground) {
    let found = 0;
    for (let at = ground.first; at !== 0; at = ground.next(at)) if (ground.mayGo(at)) found = at;
    return found;
  },
};
