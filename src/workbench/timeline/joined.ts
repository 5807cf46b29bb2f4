/**
 * Turns that a picture shows as one: of the same lane on the same hart, each too short for its edges to matter, with next to
 * nothing between them: neither to be seen nor beside their own lengths (a scheduler that lets the same thread go on at the end of every quantum).
 */
import { type Scale, widthOf } from './scale.ts';
import type { Lane, Span } from './timeline.ts';

/** Turns wider than this stay apart, and those with a gap between them that is wider than this, or than this share of a turn. */
const [WIDEST_TURN, WIDEST_GAP, WIDEST_SHARE] = [60, 0.6, 0.02];

function isShort(span: Span, scale: Scale): boolean {
  return span.activity === 'running' && widthOf(scale, span.to - span.from) < WIDEST_TURN;
}

function isJoined(before: Span, span: Span, scale: Scale): boolean {
  if (before.hart !== span.hart || before.detail !== span.detail) return false;
  const gap = span.from - before.to;
  return widthOf(scale, gap) < WIDEST_GAP && gap <= WIDEST_SHARE * (span.to - span.from);
}

/** A lane as it is drawn to a scale. */
export function joinedTurns(lane: Lane, scale: Scale): Lane {
  const spans: Span[] = [];
  /** Where in `spans` the turn stands that a next one may be joined to, and where it ends; -1 for none. */
  let place = -1;
  for (const span of lane.spans) {
    const before = spans[place];
    const mayJoin = isShort(span, scale);
    const joins = mayJoin && before !== undefined && isJoined(before, span, scale);
    if (joins) {
      spans.length = place + 1;
      spans[place] = { ...before, to: span.to, turns: (before.turns ?? 1) + 1 };
      continue;
    }
    if (mayJoin) place = spans.length;
    else if (span.activity !== 'ready' || widthOf(scale, span.to - span.from) >= WIDEST_GAP) place = -1;
    spans.push(span);
  }
  return spans.length === lane.spans.length ? lane : { ...lane, spans };
}
