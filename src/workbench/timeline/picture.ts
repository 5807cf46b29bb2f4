/**
 * The picture of a timeline as SVG: a row for each hart, with what it ran; below, a row for each lane, with what it did. A
 * lane's bars have its colour and pattern in both places. Solid and full height: it runs; striped and lower: it is ready and
 * waits; dotted and low: it is blocked. Arrows upwards are releases, downwards deadlines, crosses missed ones.
 */
import { escaped } from '../pages/markup.ts';
import { bar, divide, extent, fits, NARROWEST, type Piece, type Row } from './bars.ts';
import { joinedTurns } from './joined.ts';
import { axisFigure, figure, lengthText, placeOf, type Scale, ticks } from './scale.ts';
import { colourClass, overlayClass } from './style.ts';
import { type Activity, type Lane, type Mark, type Span, type Timeline, turnsByHart } from './timeline.ts';

export const PICTURE_WIDTH = 1180;
/** Lanes that have a row at most; the rest is said to be left out. */
export const MOST_ROWS = 64;

const [HART_HEIGHT, HART_GAP, BOUNDS_HEIGHT] = [30, 8, 15];
const [AXIS_HEIGHT, RIGHT] = [26, 18];
const [LEAST_GUTTER, MOST_GUTTER, GUTTER_LETTER] = [64, 200, 7.6];
/** Distance of marks on an axis. */
const TICK_DISTANCE = 95;
/** How far marks stand out of a lane, and beside each other. */
const [MARK_RISE, MARK_SHIFT] = [6, 2];

/** Height of a lane's row, and to the next: many lanes are lower. */
function laneSize(lanes: number, hasMarks: boolean): { readonly height: number; readonly step: number } {
  const [height, gap] = lanes <= 14 ? [24, 8] : lanes <= 32 ? [19, 5] : [14, 3];
  return { height, step: height + gap + (hasMarks ? 7 : 0) };
}

interface Placed {
  readonly lane: Lane;
  readonly index: number;
  readonly row: Row;
}

/** The last instant of which there is something to be seen: a deadline may come after the end. */
export function lastInstant({ end, lanes }: Timeline): number {
  return lanes.reduce((last, { marks }) => marks.reduce((late, { at }) => Math.max(late, at), last), end);
}

/** Are there turns too short to be drawn one by one in a picture of all? They are shares of columns there. */
export function hasShortTurns({ lanes, end }: Timeline): boolean {
  const shortest = (end / PICTURE_WIDTH) * NARROWEST;
  return lanes.some(({ spans }) =>
    spans.some(({ activity, from, to }) => activity === 'running' && to - from < shortest),
  );
}

/** A picture in the making: where everything lies. */
export interface Plan {
  readonly timeline: Timeline;
  readonly scale: Scale;
  readonly harts: readonly Row[];
  readonly lanes: readonly Placed[];
  /** Are there instants below the harts' rows, as textbooks have them? */
  readonly hasBounds: boolean;
  readonly axis: number;
  readonly height: number;
}

/** Few turns can have their instants written below them. */
const MOST_BOUNDS = 60;

/** @param isWanted which lanes have a row; all have, up to MOST_ROWS, unless it is said. */
export function planOf(
  timeline: Timeline,
  from = 0,
  to = lastInstant(timeline),
  isWanted: (lane: Lane) => boolean = () => true,
): Plan {
  const wanted = timeline.lanes.filter(isWanted).slice(0, MOST_ROWS);
  const longest = Math.max(6, ...wanted.map(({ name }) => name.length));
  const left = Math.min(MOST_GUTTER, Math.max(LEAST_GUTTER, longest * GUTTER_LETTER + 14));
  const scale = { from, to: Math.max(to, from + 1), left, width: PICTURE_WIDTH - left - RIGHT };
  const lanes = timeline.lanes.map((lane) => joinedTurns(lane, scale));
  const isShown = new Set(wanted);
  const shown = lanes.flatMap((lane, index) =>
    isShown.has(timeline.lanes[index] as Lane) ? [{ lane, index }] : [],
  );
  const hasMarks = wanted.some(({ marks }) => marks.some(isDrawn));
  const { height, step } = laneSize(shown.length, hasMarks);
  const turns = timeline.lanes.reduce((sum, { spans }) => sum + spans.length, 0);
  const hasBounds = timeline.unit === 'unit of time' && turns <= MOST_BOUNDS * timeline.harts;
  const hartStep = HART_HEIGHT + (hasBounds ? BOUNDS_HEIGHT : 0) + HART_GAP;
  const first = timeline.harts * hartStep + 10 + (hasMarks ? MARK_RISE : 0);
  const axis = first + shown.length * step;
  return {
    timeline: { ...timeline, lanes },
    scale,
    harts: Array.from({ length: timeline.harts }, (_, hart) => ({ y: hart * hartStep, height: HART_HEIGHT })),
    lanes: shown.map(({ lane, index }, place) => ({
      ...{ lane, index },
      row: { y: first + place * step, height },
    })),
    hasBounds,
    axis,
    height: axis + AXIS_HEIGHT,
  };
}

/** The release of what comes but once is the beginning of its row: it needs no sign. */
function isDrawn({ kind }: Mark): boolean {
  return kind !== 'release';
}

function grid({ scale, axis, timeline }: Plan): string {
  const instants = ticks(scale.from, scale.to, scale.width / TICK_DISTANCE);
  const step = (instants[1] ?? scale.to) - (instants[0] ?? 0);
  const lines = instants.map((at) => {
    const x = placeOf(scale, at).toFixed(1);
    return `<path d="M${x} 0V${axis}" class="grid"/><text x="${x}" y="${axis + 15}" text-anchor="middle" class="axis">${axisFigure(at, step)}</text>`;
  });
  const unit = timeline.unit === 'cycle' ? 'cycles' : 'time';
  return `${lines.join('')}<text x="0" y="${axis + 15}" class="axis">${unit}</text>`;
}

function clipped<P extends Piece>(pieces: readonly P[], { from, to }: Scale): readonly P[] {
  return pieces
    .filter((piece) => piece.to > from && piece.from < to)
    .map((piece) => ({ ...piece, from: Math.max(from, piece.from), to: Math.min(to, piece.to) }));
}

function whenText({ from, to }: Piece, unit: string): string {
  return `${figure(from)} to ${figure(to)} (${lengthText(to - from, unit)})`;
}

function turnsText({ turns }: Span): string {
  return turns === undefined ? '' : `, in ${figure(turns)} turns`;
}

interface TurnPiece extends Piece {
  readonly lane: Lane;
  readonly index: number;
  readonly span: Span;
}

/** Instants at which turns begin and end, where there is room for their numbers. */
function bounds(pieces: readonly Piece[], scale: Scale, y: number): string {
  const instants = [...new Set(pieces.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  let free = Number.NEGATIVE_INFINITY;
  return instants
    .map((at) => {
      const [x, text] = [placeOf(scale, at), figure(at)];
      const half = (text.length * 6.4) / 2 + 2;
      if (x - half < free) return '';
      free = x + half;
      return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="middle" class="bound">${text}</text>`;
    })
    .join('');
}

function hartRow(plan: Plan, hart: number, turns: readonly TurnPiece[]): string {
  const { scale, timeline, hasBounds } = plan;
  const row = plan.harts[hart] as Row;
  const pieces = clipped(turns, scale);
  const { wide, columns } = divide(pieces, scale, row, Number);
  const shapes = wide.map((piece) => {
    const { x, width } = extent(piece, scale);
    const { index, lane, span } = piece;
    const name = span.detail || lane.name;
    const title = `hart ${hart} runs ${name}: ${whenText(piece, timeline.unit)}${turnsText(span)}`;
    const text = [name, lane.name].find((candidate) => fits(candidate, width));
    const label =
      text === undefined
        ? ''
        : `<text x="${(x + width / 2).toFixed(1)}" y="${row.y + row.height / 2 + 4.5}" text-anchor="middle" class="label">${escaped(text)}</text>`;
    return bar(x, row, width, fillsOf(index), title) + label;
  });
  const together = [...columns].map(
    ([index, path]) => `<path d="${path}" class="${colourClass(Number(index))}"/>`,
  );
  return [
    `<text x="0" y="${row.y + row.height / 2 + 4.5}" class="who">hart ${hart}</text>`,
    `<rect x="${scale.left}" y="${row.y}" width="${scale.width}" height="${row.height}" class="rail"/>`,
    ...together,
    ...shapes,
    hasBounds ? bounds(pieces, scale, row.y + row.height + 12) : '',
  ].join('');
}

function fillsOf(index: number): string[] {
  const overlay = overlayClass(index);
  return [`turn ${colourClass(index)}`, ...(overlay === 'p0' ? [] : [overlay])];
}

/** How high each activity is, as a share of the row. */
const HEIGHTS: { readonly [activity in Activity]: number } = {
  running: 1,
  ready: 0.55,
  blocked: 0.4,
  new: 0.4,
  zombie: 0.4,
};
const FILLS: { readonly [activity in Exclude<Activity, 'running'>]: readonly string[] } = {
  ready: ['ready-back', 'ready'],
  blocked: ['blocked-back', 'blocked'],
  new: ['new'],
  zombie: ['blocked-back', 'zombie'],
};
const DOES: { readonly [activity in Activity]: string } = {
  running: 'runs',
  ready: 'is ready and waits',
  blocked: 'is blocked',
  new: 'is new',
  zombie: 'is a zombie',
};

interface SpanPiece extends Piece {
  readonly span: Span;
}

function spanShape(piece: SpanPiece, { lane, index, row }: Placed, { scale, timeline }: Plan): string {
  const { activity, hart, detail } = piece.span;
  const { x, width } = extent(piece, scale);
  const height = HEIGHTS[activity] * row.height;
  const place = { y: row.y + row.height - height, height };
  const where = activity === 'running' ? ` on hart ${hart}` : '';
  const why = detail === '' || detail === lane.name ? '' : `, ${detail}`;
  const title = `${lane.name} ${DOES[activity]}${where}${why}: ${whenText(piece, timeline.unit)}${turnsText(piece.span)}`;
  const fills = activity === 'running' ? fillsOf(index) : FILLS[activity];
  const text =
    activity === 'running' ? (timeline.harts > 1 ? String(hart) : '') : activity === 'blocked' ? detail : '';
  const isLabelled =
    text !== '' &&
    row.height >= (activity === 'running' ? 14 : 19) &&
    fits(text, width, activity === 'running' ? 6.9 : 5.8);
  const kind = activity === 'running' ? 'label' : 'aside';
  const y = activity === 'running' ? row.y + row.height / 2 + 4 : place.y - 3;
  const label = isLabelled
    ? `<text x="${(x + width / 2).toFixed(1)}" y="${y.toFixed(1)}" text-anchor="middle" class="${kind}">${escaped(text)}</text>`
    : '';
  return bar(x, place, width, fills, title) + label;
}

function markShape(mark: Mark, { lane, row }: Placed, { scale }: Plan): string {
  if (mark.at < scale.from || mark.at > scale.to) return '';
  const x = placeOf(scale, mark.at);
  const [top, bottom] = [row.y - MARK_RISE, row.y + row.height];
  const title = `<title>${escaped(markText(mark, lane))}</title>`;
  if (mark.kind === 'release') {
    const at = x + MARK_SHIFT;
    return `<path d="M${at} ${bottom}V${top}M${at - 3} ${top + 4.5}L${at} ${top}L${at + 3} ${top + 4.5}" class="mark">${title}</path>`;
  }
  const at = x - MARK_SHIFT;
  const arrow = `M${at} ${top}V${bottom}M${at - 3} ${bottom - 4.5}L${at} ${bottom}L${at + 3} ${bottom - 4.5}`;
  const cross = mark.kind === 'missed' ? `M${at - 5} ${top - 3}l10 9m0 -9l-10 9` : '';
  return `<path d="${arrow}${cross}" class="mark ${mark.kind}">${title}</path>`;
}

function markText({ kind, at, detail }: Mark, lane: Lane): string {
  const what =
    kind === 'release' ? 'is released' : kind === 'deadline' ? 'has its deadline' : 'misses its deadline';
  return `${kind === 'missed' ? '' : detail || lane.name}${kind === 'missed' ? detail : ''} ${what} at ${figure(at)}`;
}

const RANKS: { readonly [kind: string]: number } = { running: 0, ready: 1 };
/** In columns of many short spans only these are told apart. */
const rankOf = (kind: string): number | undefined => RANKS[kind];

/** Is anything of a lane marked besides that it comes? Then its releases are, too. */
function marksToShow({ marks }: Lane): readonly Mark[] {
  return marks.some(isDrawn) || marks.length > 1 ? marks : [];
}

function shortName(name: string, room: number): string {
  const most = Math.floor((room - 8) / (GUTTER_LETTER - 0.5));
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

function laneRow(placed: Placed, plan: Plan): string {
  const { lane, index, row } = placed;
  const { scale } = plan;
  const pieces = lane.spans.map((span) => ({ from: span.from, to: span.to, kind: span.activity, span }));
  const { wide, columns } = divide(clipped(pieces, scale), scale, row, rankOf);
  const fill = (kind: string): string => (kind === 'running' ? colourClass(index) : kind);
  return [
    `<text x="0" y="${row.y + row.height / 2 + 4.5}" class="who">${escaped(shortName(lane.name, scale.left))}</text>`,
    `<path d="M${scale.left} ${row.y + row.height + 0.5}h${scale.width}" class="grid"/>`,
    ...[...columns].map(([kind, path]) => `<path d="${path}" class="${fill(kind)}"/>`),
    ...wide.map((piece) => spanShape(piece, placed, plan)),
    ...marksToShow(lane).map((mark) => markShape(mark, placed, plan)),
  ].join('');
}

/** The picture's inside: for a page's own SVG element, or one of several in a file. */
export function pictureBody(plan: Plan): string {
  const { timeline } = plan;
  const indexes = new Map(timeline.lanes.map((lane, index) => [lane, index]));
  const rows = turnsByHart(timeline).map((turns, hart) =>
    hartRow(
      plan,
      hart,
      turns.map(({ lane, span }) => ({
        ...{ from: span.from, to: span.to, span, lane },
        ...{ index: indexes.get(lane) ?? 0, kind: String(indexes.get(lane) ?? 0) },
      })),
    ),
  );
  return [grid(plan), ...rows, ...plan.lanes.map((placed) => laneRow(placed, plan))].join('\n');
}

/** What a reader who does not see the picture is told instead; the figures are in tables. */
export function pictureDescription({ timeline: { policy, harts, lanes, end, unit } }: Plan): string {
  const who = lanes.length === 1 ? '1 row' : `${lanes.length} rows`;
  return `${policy} on ${harts === 1 ? '1 hart' : `${harts} harts`}, ${lengthText(end, unit)}: ${who} of what each does over time`;
}

/** An SVG element for a page that has the definitions and the style. */
export function pictureElement(plan: Plan): string {
  return `<svg class="timeline" viewBox="0 -8 ${PICTURE_WIDTH} ${plan.height + 8}" role="img" aria-label="${escaped(pictureDescription(plan))}">${pictureBody(plan)}</svg>`;
}
