// What is too long to run every time takes turns: each day has its own share, the same share all day, so that a failure repeats.
// ROTATION=n has the share of turn n on any day. Where a build server is slow, the rest of a share is skipped when its time is up
// (TESTS_END, in seconds since 1970: what is skipped is reported so, and never counts as passed).

const DAY = 86_400_000;

/** The number of today's turn, or the one that ROTATION asks for. */
const TURN = Number(process.env.ROTATION ?? Math.floor(Date.now() / DAY));

const end = Number(process.env.TESTS_END ?? Number.POSITIVE_INFINITY) * 1000;

/** Is the time over for more of a long list? */
export function isTimeUp(): boolean {
  return Date.now() > end;
}

/** Has the thing with this number among its kind its turn, where every `share`th of them has at a time? */
export function hasTurn(index: number, share: number): boolean {
  return index % share === TURN % share;
}
