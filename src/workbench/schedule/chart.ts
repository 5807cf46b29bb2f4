/**
 * A Gantt chart in characters: a row for each job, a column for each span of time. Readable without colour: what a job does has
 * a character of its own, and with several harts a running job shows the hart's number.
 */
import type { ScheduleResult } from './result.ts';

const RUNNING = '█';
const WAITING = '░';
const BLOCKED = '·';

/** Colours of the terminal (SGR) that differ in light and dark. */
const COLOURS = [36, 33, 35, 32, 34, 31];
/** Rows at most; the rest is said to be left out. */
const MOST_ROWS = 100;
const LEAST_WIDTH = 20;
const MARK_EVERY = 10;

interface Row {
  readonly name: string;
  readonly cells: string[];
}

class Chart {
  readonly #scale: number;
  readonly #width: number;
  readonly rows: readonly Row[];

  constructor(result: ScheduleResult, width: number) {
    this.#scale = Math.max(1, Math.ceil(result.end / width));
    this.#width = Math.ceil(result.end / this.#scale);
    const names = [...new Set(result.jobs.map(({ task }) => task))];
    this.rows = names.map((name) => ({ name, cells: new Array<string>(this.#width).fill(' ') }));
    const rowOf = new Map(this.rows.map((row) => [row.name, row]));
    const rowOfJob = new Map(result.jobs.map(({ id, task }) => [id, rowOf.get(task)]));
    for (const { task, arrival, finish, blocked } of result.jobs) {
      this.#fill(rowOf.get(task), arrival, finish ?? result.end, WAITING);
      for (const [from, to] of blocked) this.#fill(rowOf.get(task), from, to, BLOCKED);
    }
    for (const { hart, job, from, to } of result.gantt)
      this.#fill(rowOfJob.get(job), from, to, result.harts === 1 ? RUNNING : hart.toString(36));
  }

  get scale(): number {
    return this.#scale;
  }

  #fill(row: Row | undefined, from: number, to: number, what: string): void {
    const end = Math.ceil(to / this.#scale);
    for (let at = Math.floor(from / this.#scale); at < end; at++) if (row !== undefined) row.cells[at] = what;
  }

  /** The time axis: an instant every ten columns, where its number has room. */
  axis(): string {
    let text = '';
    for (let at = 0; at < this.#width; at += MARK_EVERY) {
      if (text.length > at) continue;
      text = `${text.padEnd(at)}${at * this.#scale} `;
    }
    return text.trimEnd();
  }
}

/** The lines of a chart of a result, at most `width` columns wide. */
export function chartLines(result: ScheduleResult, width: number, coloured: boolean): string[] {
  if (result.end === 0) return ['nothing ran'];
  const label = result.jobs.reduce((longest, { task }) => Math.max(longest, task.length), 0) + 2;
  const chart = new Chart(result, Math.max(LEAST_WIDTH, width - label));
  const shown = chart.rows.slice(0, MOST_ROWS).map(({ name, cells }, index) => {
    const bar = cells.join('').trimEnd();
    const colour = COLOURS[index % COLOURS.length];
    return `${name.padEnd(label)}${coloured ? `\u001b[${colour}m${bar}\u001b[0m` : bar}`;
  });
  const left = chart.rows.length - shown.length;
  const runs = result.harts === 1 ? RUNNING : `0-${(result.harts - 1).toString(36)}`;
  return [
    `${''.padEnd(label)}${chart.axis()}`,
    ...shown,
    ...(left > 0 ? [`and ${left} more`] : []),
    `${runs} runs${result.harts === 1 ? '' : ' on that hart'}  ${WAITING} waits  ${BLOCKED} is blocked; a column is ${chart.scale} of time`,
  ];
}
