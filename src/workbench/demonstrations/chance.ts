/** Chance for demonstrations: whole numbers from a seed, the same ones for the same seed (xorshift, Marsaglia 2003). */
export interface Chance {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** One of a list that is not empty. */
  oneOf<Item>(list: readonly Item[]): Item;
}

const WARMING = 8;

export function chanceFrom(seed: number): Chance {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32)) | 1;
  const draw = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let left = WARMING; left > 0; left--) draw();
  const between = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
  return { between, oneOf: (list) => list[between(0, list.length - 1)] as (typeof list)[number] };
}
