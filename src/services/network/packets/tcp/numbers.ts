/** Sequence numbers (RFC 9293, 3.4): 32 bits that go round, compared by their distance. */

/** How far `a` is ahead of `b`; negative when it is behind. */
export function distance(a: number, b: number): number {
  return (a - b) | 0;
}

export function advance(number: number, by: number): number {
  return (number + by) >>> 0;
}
