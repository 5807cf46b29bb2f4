/** Tables of a timeline's page: measures of jobs or processes, and who ran while one waited. */
import { escaped } from '../pages/markup.ts';
import type { Overlaps } from './overlaps.ts';
import { figure } from './scale.ts';

/** The measures of a job or a process; null is what is not known, or never happened. Times are in the timeline's unit. */
export interface MeasureRow {
  readonly name: string;
  readonly submission: number | null;
  readonly start: number | null;
  readonly finish: number | null;
  readonly response: number | null;
  readonly waiting: number | null;
  readonly turnaround: number | null;
  /** Time that it ran, on all harts. */
  readonly running: number | null;
  readonly deadline?: number | null;
  readonly missed?: boolean;
}

/** Rows that a table has at most. */
const MOST_ROWS = 500;
/** Parties that a matrix of who ran has at most; more are lists. */
const MOST_IN_MATRIX = 10;
/** Runners that a list names one by one. */
const MOST_IN_LIST = 6;

const HEADINGS = ['submission', 'running', 'start', 'finish', 'response', 'waiting', 'turnaround'] as const;

const cell = (value: number | null | undefined): string =>
  `<td>${value === null || value === undefined ? '–' : figure(value)}</td>`;

function deadlineCells({ deadline, missed }: MeasureRow): string {
  const said =
    deadline === null ? '' : missed ? '<span class="bad">✗ missed</span>' : '<span class="good">✓ met</span>';
  return `${cell(deadline)}<td>${said}</td>`;
}

/** @param caption what the rows are, for a reader who hears the table. */
export function measureTable(rows: readonly MeasureRow[], what: string, caption: string): string {
  const hasDeadlines = rows.some(({ deadline }) => deadline !== undefined && deadline !== null);
  const head = [what, ...HEADINGS, ...(hasDeadlines ? ['deadline', ''] : [])];
  const body = rows
    .slice(0, MOST_ROWS)
    .map(
      (row) =>
        `<tr><th scope="row">${escaped(row.name)}</th>${HEADINGS.map((heading) => cell(row[heading])).join('')}${hasDeadlines ? deadlineCells(row) : ''}</tr>`,
    );
  const left = rows.length - MOST_ROWS;
  const rest = left > 0 ? `<p class="quiet">and ${left} more</p>` : '';
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(caption)}"><table class="measures"><caption>${escaped(caption)}</caption><thead><tr>${head.map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>${rest}`;
}

export interface Party {
  readonly id: number;
  readonly name: string;
}

function share(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.5 ? '&lt;1%' : `${percent.toFixed(0)}%`;
}

/** A matrix: rows wait, columns run. */
function matrix(parties: readonly Party[], overlaps: Overlaps, waited: ReadonlyMap<number, number>): string {
  const rows = parties
    .filter(({ id }) => (waited.get(id) ?? 0) > 0)
    .map(({ id, name }) => {
      const all = waited.get(id) ?? 0;
      const cells = parties.map((runner) => {
        const time = overlaps.get(id)?.get(runner.id) ?? 0;
        if (time === 0) return '<td class="quiet">·</td>';
        const depth = Math.min(100, Math.round((100 * time) / all));
        return `<td style="--depth:${depth}%"><span class="depth">${figure(time)} <small>${share(time, all)}</small></span></td>`;
      });
      return `<tr><th scope="row">${escaped(name)}</th><td>${figure(all)}</td>${cells.join('')}</tr>`;
    });
  const head = parties.map(({ name }) => `<th scope="col">${escaped(name)} ran</th>`).join('');
  return `<table class="who-ran"><thead><tr><th scope="col">waited</th><th scope="col">in all</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function lists(parties: readonly Party[], overlaps: Overlaps, waited: ReadonlyMap<number, number>): string {
  const names = new Map(parties.map(({ id, name }) => [id, name]));
  const rows = parties
    .filter(({ id }) => (waited.get(id) ?? 0) > 0)
    .slice(0, MOST_ROWS)
    .map(({ id, name }) => {
      const all = waited.get(id) ?? 0;
      const runners = [...(overlaps.get(id) ?? [])].sort(([, a], [, b]) => b - a);
      const named = runners
        .slice(0, MOST_IN_LIST)
        .map(([runner, time]) => `${escaped(names.get(runner) ?? '?')} <small>${share(time, all)}</small>`);
      const left = runners.length - named.length;
      return `<tr><th scope="row">${escaped(name)}</th><td>${figure(all)}</td><td>${named.join(', ')}${left > 0 ? `, and ${left} more` : ''}</td></tr>`;
    });
  return `<table class="who-ran listed"><thead><tr><th scope="col">waited</th><th scope="col">in all</th><th scope="col">while these ran</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** @param waited time that each has waited. Nobody waited: says so. */
export function whoRanTable(
  parties: readonly Party[],
  overlaps: Overlaps,
  waited: ReadonlyMap<number, number>,
): string {
  const waiters = parties.filter(({ id }) => (waited.get(id) ?? 0) > 0);
  if (waiters.length === 0) return '<p class="quiet">Nobody waited for a hart.</p>';
  const ran = new Set(waiters.flatMap(({ id }) => [...(overlaps.get(id)?.keys() ?? [])]));
  const involved = parties.filter(({ id }) => ran.has(id) || (waited.get(id) ?? 0) > 0);
  const table =
    involved.length <= MOST_IN_MATRIX ? matrix(involved, overlaps, waited) : lists(parties, overlaps, waited);
  return `<div class="scroll" tabindex="0" role="region" aria-label="who ran while this one waited">${table}</div>`;
}
