/**
 * Clock: a hand goes round the units; one that was used since the hand last passed is spared once (Corbató, 1968). The hand
 * is the beginning of the list.
 */
import type { ReplacementPolicy } from '../replacement.ts';

export const clock: ReplacementPolicy = {
  name: 'clock',
  tagline: 'a hand goes round and spares once what was used since it last passed',
  used: (ground, unit) => ground.setWord(unit, 1),
  victim(ground) {
    for (let left = 2 * ground.count; left > 0 && ground.first !== 0; left--) {
      const unit = ground.first;
      if (ground.mayGo(unit) && ground.word(unit) === 0) return unit;
      ground.setWord(unit, 0);
      ground.moveToEnd(unit);
    }
    return 0;
  },
};
