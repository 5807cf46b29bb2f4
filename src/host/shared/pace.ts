/** How virtual time and real time are related: not at all, or no second of the machine passes faster than a real one. */
export type Pace = 'virtual' | 'real';

/** Longest time for which one timer of the host can be set, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Waits until `seconds` after `start`, which is in milliseconds of `performance.now()`. */
async function waitUntil(start: number, seconds: number): Promise<void> {
  for (;;) {
    const left = start + seconds * 1000 - performance.now();
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, LONGEST_TIMER)));
  }
}

/** OutsideWorld's `pace`, counted from now, when the machine's clock shows `from` seconds. */
export function pacing(pace: Pace, from = 0): (seconds: number) => Promise<void> {
  if (pace === 'virtual') return () => Promise.resolve();
  const start = performance.now() - from * 1000;
  return (seconds) => waitUntil(start, seconds);
}
