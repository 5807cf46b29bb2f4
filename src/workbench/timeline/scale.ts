/** From instants to places in a picture, and how instants are written. */

export interface Scale {
  /** The instants at the left and the right edge. */
  readonly from: number;
  readonly to: number;
  /** Places of these edges. */
  readonly left: number;
  readonly width: number;
}

export function placeOf({ from, to, left, width }: Scale, instant: number): number {
  return left + ((instant - from) / Math.max(1, to - from)) * width;
}

/** How wide a length of time is. */
export function widthOf({ from, to, width }: Scale, time: number): number {
  return (time / Math.max(1, to - from)) * width;
}

/** Round instants (1, 2 or 5 times a power of ten apart), about `wanted` of them. */
export function ticks(from: number, to: number, wanted: number): number[] {
  const rough = Math.max(1, (to - from) / Math.max(1, wanted));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((multiple) => multiple * power >= rough) ?? 10);
  const marks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push(at);
  return marks;
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** An instant of an axis whose marks are `step` apart: 12.5M. Small ones are written in full. */
export function axisFigure(value: number, step: number): string {
  const [unit, sign] = UNITS.find(([least]) => value >= least && value >= 10_000) ?? [1, ''];
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / unit) - 1e-9)));
  return `${(value / unit).toFixed(unit === 1 ? 0 : decimals)}${sign}`;
}

/** A figure in full: 1,234,567, with two decimals at most when it is not whole. The host's own formatting takes much longer. */
export function figure(value: number): string {
  const [whole = '', decimals] = String(Number.isInteger(value) ? value : Number(value.toFixed(2))).split(
    '.',
  );
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** A length of time with its unit: '1 cycle', '24 units of time'. */
export function lengthText(value: number, unit: string): string {
  const [first = '', ...rest] = unit.split(' ');
  return value === 1 ? `1 ${unit}` : `${figure(value)} ${[`${first}s`, ...rest].join(' ')}`;
}
