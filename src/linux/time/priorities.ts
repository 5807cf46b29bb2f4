/** Nice values and weights (kernel/sched/core.c of Linux, sched_prio_to_weight): a step of one is about 10% of a processor. */

export const LOWEST_NICE = -20;
export const HIGHEST_NICE = 19;

/** Weights from nice -20 to 19; 1,024 is nice 0. */
const WEIGHTS: readonly number[] = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121,
  2501, 1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23,
  18, 15,
];

export function weightOf(nice: number): number {
  return WEIGHTS[nice - LOWEST_NICE] as number;
}

/** The nice value whose weight is nearest from below. */
export function niceOf(weight: number): number {
  const index = WEIGHTS.findIndex((candidate) => candidate <= weight);
  return index < 0 ? HIGHEST_NICE : LOWEST_NICE + index;
}
