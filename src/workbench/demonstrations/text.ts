/** What a demonstration found, as text for people. */
import type { FigureTable, Findings } from './demonstration.ts';

// A formatter is made when it is first used: that takes the host a while.
const number = {
  format: (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 }),
};

/** Numbers to the right, words to the left; the last column is not filled up. */
function tableText({ title, columns, rows }: FigureTable): string {
  const cells = [columns, ...rows.map((row) => row.map(cellText))];
  const isNumeric = columns.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] as number;
        return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function cellText(cell: string | number): string {
  return typeof cell === 'number' ? number.format(cell) : cell;
}

/** Ends in a newline. */
export function findingsText({ happened, tables, claims }: Findings): string {
  const parts = [
    ...(happened.length > 0 ? [`${happened.join('\n')}\n`] : []),
    ...tables.map(tableText),
    ...claims.map(({ text, holds }) => `${holds ? 'holds' : 'DOES NOT HOLD'}: ${text}`),
  ];
  return `${parts.join('\n')}\n`;
}
