/** A comparison as a table for people. */
import { CATEGORIES } from '../../contracts/accounting.ts';
import type { Comparison } from './compare.ts';

// A formatter is made when it is first used: that takes the host a while.
const number = { format: (value: number): string => value.toLocaleString('en-US') };
const shown = (value: number | null): string => (value === null ? '' : number.format(value));

function relative(value: number | null): string {
  return value === null ? '' : `${value.toFixed(2)}x`;
}

/** Rows of figures, a column for each structure; the first column is what they are. */
function figures(rows: readonly Comparison[]): string[][] {
  const ran = rows.filter(({ refused }) => refused === null);
  const gates = [...new Set(ran.flatMap(({ crossings }) => Object.keys(crossings ?? {})))];
  const line = (title: string, of: (row: Comparison) => string): string[] => [title, ...ran.map(of)];
  return [
    line('', ({ structure }) => structure),
    line('cycles', ({ cycles }) => shown(cycles)),
    line('  relative', (row) => relative(row.relative)),
    ...CATEGORIES.map((category) =>
      line(`  ${category}`, ({ byCategory }) => shown(byCategory?.[category] ?? null)),
    ),
    ...gates.map((gate) => line(`crossings by ${gate}`, ({ crossings }) => shown(crossings?.[gate] ?? 0))),
    line('copies', ({ copies }) => shown(copies)),
    line('bytes copied', ({ bytesCopied }) => shown(bytesCopied)),
    line('TLB misses', ({ tlbMisses }) => shown(tlbMisses)),
    line('TLB flushes', ({ tlbFlushes }) => shown(tlbFlushes)),
    line('switches', ({ switches }) => shown(switches)),
    line('status', ({ status }) => `${status === null ? '' : status >>> 8}`),
    line('same output', ({ outputEqual }) => (outputEqual ? 'yes' : 'NO')),
  ];
}

/** The table, and a line for each structure that refused. Ends in a newline. */
export function comparisonTable(rows: readonly Comparison[]): string {
  const cells = figures(rows);
  const widths = (cells[0] as string[]).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd(),
  );
  const refusals = rows
    .filter(({ refused }) => refused !== null)
    .map(({ structure, refused }) => `${structure} refused: ${refused}`);
  return `${[...lines, ...(refusals.length > 0 ? ['', ...refusals] : [])].join('\n')}\n`;
}
