/**
 * Bars of a picture: a span of time as a shape, and the many spans that are too short to be seen one by one as columns, in
 * each of which the heights say how its time was shared.
 */
import { escaped } from '../pages/markup.ts';
import { placeOf, type Scale } from './scale.ts';

/** Spans narrower than this are drawn together. */
export const NARROWEST = 1.4;
const COLUMN = 2;

/** Something to be drawn in a row: what it is counts where spans are drawn together. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

export interface Row {
  readonly y: number;
  readonly height: number;
}

const number = (value: number): string => String(Math.round(value * 100) / 100);

/** A rectangle with what it means. `fills` are classes: each is a rectangle over the one before. */
export function bar(x: number, row: Row, width: number, fills: readonly string[], title: string): string {
  const place = `x="${number(x)}" y="${number(row.y)}" width="${number(width)}" height="${number(row.height)}"`;
  const shapes = fills.map((fill) => `<rect ${place} class="${fill}"/>`).join('');
  return `<g>${shapes}<title>${escaped(title)}</title></g>`;
}

/** Widths of text by the number of letters: near enough for what fits where. */
export function fits(text: string, width: number, letter = 6.9): boolean {
  return text.length * letter + 6 <= width;
}

export interface Divided<P extends Piece> {
  readonly wide: readonly P[];
  /** Columns by kind: a path of rectangles for each, in the order in which kinds were first met. */
  readonly columns: ReadonlyMap<string, string>;
  /** How many pieces are in columns. */
  readonly narrow: number;
}

/** Time of each kind within each column, for pieces that are too narrow. */
function shares(pieces: Iterable<Piece>, scale: Scale): Map<number, Map<string, number>> {
  const columns = new Map<number, Map<string, number>>();
  const perColumn = ((scale.to - scale.from) / scale.width) * COLUMN;
  for (const { from, to, kind } of pieces) {
    const [first, last] = [from, to].map((at) => Math.floor((at - scale.from) / perColumn));
    for (let column = first ?? 0; column <= (last ?? 0); column++) {
      const start = scale.from + column * perColumn;
      const time = Math.min(to, start + perColumn) - Math.max(from, start);
      if (!(time > 0)) continue;
      const share = columns.get(column) ?? new Map<string, number>();
      columns.set(column, share);
      share.set(kind, (share.get(kind) ?? 0) + time);
    }
  }
  return columns;
}

/** Parts pieces into those to be drawn one by one, and columns of the rest; who is lower in rank is lower in a column, and who has none is not drawn. */
export function divide<P extends Piece>(
  pieces: readonly P[],
  scale: Scale,
  row: Row,
  rank: (kind: string) => number | undefined,
): Divided<P> {
  const perPlace = (scale.to - scale.from) / scale.width;
  const wide = pieces.filter(({ from, to }) => to - from >= NARROWEST * perPlace);
  const tiny = pieces.filter(({ from, to }) => to - from < NARROWEST * perPlace);
  const paths = new Map<string, string>();
  for (const [column, share] of shares(tiny, scale)) {
    let bottom = row.y + row.height;
    const kinds = [...share].flatMap(([kind, time]) => {
      const place = rank(kind);
      return place === undefined ? [] : [{ kind, time, place }];
    });
    for (const { kind, time } of kinds.sort((a, b) => a.place - b.place)) {
      const height = Math.min(1, time / (perPlace * COLUMN)) * row.height;
      if (height < 0.05) continue;
      bottom -= height;
      const piece = `M${number(scale.left + column * COLUMN)} ${number(bottom)}h${COLUMN}v${number(height)}h-${COLUMN}z`;
      paths.set(kind, (paths.get(kind) ?? '') + piece);
    }
  }
  return { wide, columns: paths, narrow: tiny.length };
}

/** Where a piece begins, and how wide it is. */
export function extent(piece: Piece, scale: Scale): { readonly x: number; readonly width: number } {
  const x = placeOf(scale, piece.from);
  return { x, width: placeOf(scale, piece.to) - x };
}
