/** Text in columns, for people. */

/** How the cells of a column stand. */
export type Side = 'left' | 'right';

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return widths;
}

/** Rows as lines with aligned columns; columns beyond `sides` stand to the left. */
export function columns(rows: readonly (readonly string[])[], sides: readonly Side[] = []): string[] {
  const widths = widthsOf(rows);
  const cellText = (cell: string, column: number) =>
    sides[column] === 'right' ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(cellText).join('  ').trimEnd());
}

/** The same under a heading row. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  sides: readonly Side[] = [],
): string[] {
  return rows.length === 0 ? ['(none)'] : columns([heading, ...rows], sides);
}

export function indented(lines: readonly string[], by = 2): string[] {
  return lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`));
}

// A formatter is made when it is first used: that takes the host a while.
const grouped = { format: (value: number): string => value.toLocaleString('en-US') };

/** A whole number with its thousands set apart. */
export function count(value: number): string {
  return Number.isFinite(value) ? grouped.format(value) : String(value);
}

/** A number of bytes in the unit that suits it. */
export function bytesText(bytes: number): string {
  const kibibytes = bytes / 1024;
  if (kibibytes < 1) return `${bytes} B`;
  return kibibytes < 10_240
    ? `${count(Math.round(kibibytes))} KiB`
    : `${count(Math.round(kibibytes / 1024))} MiB`;
}
