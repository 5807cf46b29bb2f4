/** The accounting table of a run, for people. */
import {
  EXIT_CAUSES,
  type ExitCause,
  type Recording,
  type RunReport,
  type System,
} from '../workbench/index.ts';

// A formatter is made when it is first used: that takes the host a while.
const number = { format: (value: number): string => value.toLocaleString('en-US') };

function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)}%`;
}

/** Rows of cells as aligned text: the first column to the left, the others to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...align(rows).map((line) => `  ${line}`)];
}

function costs(entries: readonly (readonly [string, number])[], whole: number): string[][] {
  return entries.map(([name, cycles]) => [name, number.format(cycles), share(cycles, whole)]);
}

/** The kernel's domains by name, and all programs' together. */
function domains(report: RunReport): (readonly [string, number])[] {
  const programs = report.byProcess.map(({ pid, name }) => `${name} (${pid})`);
  const own = Object.entries(report.byDomain).filter(([name]) => !programs.includes(name));
  const rest = Object.entries(report.byDomain).filter(([name]) => programs.includes(name));
  return [...own, ['programs', rest.reduce((sum, [, cycles]) => sum + cycles, 0)]];
}

/** The block cache, and each disk with its share of the time. */
function disks({ disks: report, cycles }: RunReport): string[][] {
  if (report === null) return [];
  const { cachePolicy, cache } = report;
  return [
    [`cache (${cachePolicy}) hits`, number.format(cache.hits), share(cache.hits, cache.hits + cache.misses)],
    ['cache misses', number.format(cache.misses)],
    ['blocks read ahead', number.format(cache.readAhead)],
    ['blocks written back', number.format(cache.writtenBack)],
    ['blocks replaced', number.format(cache.replaced)],
    ['flushes', number.format(cache.flushes)],
    ...report.disks.flatMap(({ name, reads, writes, busy }) => [
      [`${name}: reads`, number.format(reads)],
      [`${name}: writes`, number.format(writes)],
      [`${name}: cycles at work`, number.format(busy), share(busy, cycles)],
    ]),
  ];
}

/** Hits and misses of the translation caches, when they are modelled. */
function tlbRows({ tlb }: RunReport): string[][] {
  if (tlb === undefined) return [];
  return (['instruction', 'data'] as const).flatMap((cache) => {
    const { hits, misses } = tlb[cache];
    return [
      [`${cache} TLB hits`, number.format(hits), share(hits, hits + misses)],
      [`${cache} TLB misses`, number.format(misses), share(misses, hits + misses)],
    ];
  });
}

/** The whole table, ending in a newline. */
export function statsTable(report: RunReport): string {
  const total = report.harts * report.cycles;
  const seconds = (cycles: number) => `${number.format(cycles)} cycles`;
  const primitives = Object.entries(report.primitives)
    .filter(([, { count }]) => count > 0)
    .sort(([, a], [, b]) => b.count * b.price - a.count * a.price)
    .map(([name, { count, price }]) => [
      name,
      number.format(count),
      `x ${price}`,
      number.format(count * price),
    ]);
  const byName = (counts: { readonly [name: string]: number }) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => [name, number.format(count)]);
  const processes = report.byProcess.map(({ pid, name, instructions, cycles }) => [
    `${pid} ${name}`,
    number.format(instructions),
    number.format(cycles),
    share(cycles, total),
  ]);
  return `${[
    `${report.structure} on ${report.profile}, ${report.harts} hart${report.harts === 1 ? '' : 's'}: ` +
      `${number.format(report.instructions)} instructions, ${seconds(report.cycles)} elapsed`,
    ...section('cycles by category', costs(Object.entries(report.byCategory), total)),
    ...section('by process: instructions, cycles', processes),
    ...section('by domain', costs(domains(report), total)),
    ...section('primitives: count, price, cycles', primitives),
    ...section('events', [
      ...Object.entries(report.crossings).map(([gate, count]) => [
        `crossings by ${gate}`,
        number.format(count),
      ]),
      ['copies', number.format(report.copies)],
      ['bytes copied', number.format(report.bytesCopied)],
      ['page faults', number.format(report.faults)],
      ['switches', number.format(report.switches)],
      ...tlbRows(report),
    ]),
    ...section('disks', disks(report)),
    ...section('system calls', byName(report.systemCalls)),
    ...section('system calls that are absent', byName(report.absentSystemCalls)),
  ].join('\n')}\n`;
}

/** Processes and runners that a table names. */
const [MOST_PROCESSES, MOST_RUNNERS] = [40, 4];

const processName = ({ pid, name }: { readonly pid: number; readonly name: string }): string =>
  pid === 0 ? name : `${pid} ${name}`;

/** The measures of each process, and who ran while it waited. */
export function scheduleTable({ processes, averages, policy }: Recording): string {
  const shown = processes.slice(0, MOST_PROCESSES);
  const left = processes.length - shown.length;
  const cell = (value: number | null): string => (value === null ? '-' : number.format(Math.round(value)));
  const { response, waiting, turnaround } = averages;
  const measures = shown.map((process) => [
    processName(process),
    ...[process.submission, process.start, process.finish].map(cell),
    ...[process.response, process.waiting, process.turnaround].map(cell),
  ]);
  const waits = shown
    .filter(({ whileWaiting }) => whileWaiting.length > 0)
    .map((process) => [
      processName(process),
      cell(process.waiting),
      process.whileWaiting
        .slice(0, MOST_RUNNERS)
        .map((other) => `${processName(other)} ${share(other.cycles, process.waiting)}`)
        .join(', '),
    ]);
  return `${[
    ...section(`schedule under ${policy}, in cycles`, [
      ['process', 'submission', 'start', 'finish', 'response', 'waiting', 'turnaround'],
      ...measures,
      ['average of those that ended', '', '', '', cell(response), cell(waiting), cell(turnaround)],
    ]),
    ...(left > 0 ? [`  and ${left} more`] : []),
    ...(waits.length === 0 ? [] : ['', 'who ran while this one waited']),
    ...waits.map(([name = '', time = '', who = '']) => `  ${name}: ${time} cycles, while there ran ${who}`),
  ].join('\n')}\n`;
}

type TranslatorFigures = NonNullable<System['processor']['translatorFigures']>;

/** What the translator has done. Which instructions were interpreted is known by samples only. */
export function translatorTable(
  figures: TranslatorFigures,
  instructions: number,
  compilation: number,
): string {
  const interpreted = Math.min(instructions, figures.samples * figures.sampleDistance);
  const rows: string[][] = [
    ['executed by translated code, about', share(instructions - interpreted, instructions)],
    ['modules', number.format(figures.modules)],
    ['modules that earlier runs had kept', number.format(figures.kept)],
    ['regions', number.format(figures.regions)],
    ['instructions translated', number.format(figures.instructions)],
    ['bytes of WebAssembly', number.format(figures.bytes)],
    ['modules dropped', number.format(figures.invalidations)],
    ['times half were dropped', number.format(figures.flushes)],
    ['seconds of the host to compile them', compilation.toFixed(2)],
  ];
  const exits = Object.entries(figures.exits ?? {}).filter(([, count]) => count > 0);
  const all = exits.reduce((sum, [, count]) => sum + count, 0);
  const causes = exits
    .sort(([, a], [, b]) => b - a)
    .map(([cause, count]) => [EXIT_CAUSES[cause as ExitCause], number.format(count), share(count, all)]);
  return `${[...section('translator', rows), ...section('translated code left before', causes)].join('\n')}\n`;
}
