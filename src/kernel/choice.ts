/**
 * Free choices: which of equals first. The default answers come from a seeded generator whose state is in the kernel root
 * (xorshift64, Marsaglia 2003), so that the same seed makes the same choices.
 */
export interface ChoiceState {
  seedLow: number;
  seedHigh: number;
}

/** Draws 32 uniform bits. */
export function draw(state: ChoiceState): number {
  let low = state.seedLow;
  let high = state.seedHigh;
  if (low === 0 && high === 0) low = 0x9e3779b9;
  // x ^= x << 13; x ^= x >> 7; x ^= x << 17, on halves
  high ^= (high << 13) | (low >>> 19);
  low ^= low << 13;
  low ^= (low >>> 7) | (high << 25);
  high ^= high >>> 7;
  high ^= (high << 17) | (low >>> 15);
  low ^= low << 17;
  state.seedLow = low >>> 0;
  state.seedHigh = high >>> 0;
  return high >>> 0;
}

/** An option from 0 to `options` - 1. The point's name is for searches, which answer it themselves. */
export function nextChoice(state: ChoiceState, _point: string, options: number): number {
  return options <= 1 ? 0 : draw(state) % options;
}
