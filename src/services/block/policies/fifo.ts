/** First in, first out: the unit that came first goes first, however often it is used. */
import { firstToGo, type ReplacementPolicy } from '../replacement.ts';

export const fifo: ReplacementPolicy = {
  name: 'fifo',
  tagline: 'the unit that came first goes first',
  victim: firstToGo,
};
