/** A comparison as one self-contained page: where the cycles went, and each structure's picture with the traffic in it. */
import { CATEGORIES } from '../../contracts/accounting.ts';
import { escaped, pageText } from '../pages/markup.ts';
import type { ComparedRun, Comparison } from './compare.ts';
import { PAGE_STYLE } from './page-style.ts';
import { gateOf, gateSample, svgPicture } from './vector-picture.ts';

/** A bar's width in pixels on a wide screen, and those of a letter: a label stands only where it has room. */
const BAR_WIDTH = 820;
const LETTER_WIDTH = 6.6;
/** Pairs of domains that a list shows one by one. */
const MOST_PAIRS = 9;

const count = (value: number | null): string => (value === null ? '' : value.toLocaleString('en-US'));

function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return share > 0 && share < 0.5 ? '<1%' : `${share.toFixed(0)}%`;
}

function sumOf(parts: { readonly [name: string]: number } | null): number {
  return Object.values(parts ?? {}).reduce((sum, part) => sum + part, 0);
}

function label(name: string, share: string, width: number): string {
  return (
    [`${name} ${share}`, share]
      .find((text) => (text.length + 1) * LETTER_WIDTH < width)
      ?.replace('<', '&lt;') ?? ''
  );
}

function bar({ byCategory, refused }: Comparison, most: number): string {
  if (byCategory === null) return `<div class="bad">refused: ${escaped(refused ?? '')}</div>`;
  const own = sumOf(byCategory);
  const pieces = CATEGORIES.filter((category) => byCategory[category] > 0).map((category) => {
    const cycles = byCategory[category];
    const share = percent(cycles, own);
    const width = cycles / most;
    const title = escaped(`${category}: ${count(cycles)} cycles, ${share}`);
    return `<span class="${category}" style="width:${(100 * width).toFixed(3)}%" title="${title}">${label(category, share, width * BAR_WIDTH)}</span>`;
  });
  return `<div class="bar">${pieces.join('')}</div>`;
}

function bars(rows: readonly Comparison[]): string {
  const most = Math.max(1, ...rows.map(({ byCategory }) => sumOf(byCategory)));
  const lines = rows.map((row) => {
    const relative = row.relative === null ? '' : ` <strong>${row.relative.toFixed(2)}&times;</strong>`;
    const sum = row.cycles === null ? '' : `${count(row.cycles)}${relative}`;
    return `<div class="who">${escaped(row.structure)}</div>${bar(row, most)}<div class="sum">${sum}</div>`;
  });
  const key = CATEGORIES.map((category) => `<li><i class="${category}"></i>${category}</li>`);
  return `<h2>Where the cycles went</h2><ul class="key">${key.join('')}</ul><div class="bars">${lines.join('')}</div>`;
}

function verdict({ refused, outputEqual }: Comparison): string {
  if (refused !== null) return `<p class="bad">&#10007; refused: ${escaped(refused)}</p>`;
  return outputEqual
    ? '<p class="good">&#10003; same output</p>'
    : '<p class="bad">&#10007; DIFFERENT output</p>';
}

/** Who asked whom, by what, how often: the busiest first. */
function trafficTable({ structure, traffic }: ComparedRun): string {
  const busiest = [...traffic].sort((a, b) => b.requests - a.requests);
  const rest = busiest.slice(MOST_PAIRS);
  const rows = busiest.slice(0, MOST_PAIRS).map((pair) => {
    const gate = gateOf(structure, pair);
    const name = pair.from === pair.to ? `within ${pair.from}` : `${pair.from} \u2192 ${pair.to}`;
    return `<tr><td>${escaped(name)}</td><td>${gateSample(gate)}${escaped(gate)}</td><td>${count(pair.requests)}</td></tr>`;
  });
  if (rest.length > 0) {
    const requests = rest.reduce((sum, pair) => sum + pair.requests, 0);
    rows.push(`<tr><td>${rest.length} more</td><td></td><td>${count(requests)}</td></tr>`);
  }
  return `<table><thead><tr><th>who asks whom</th><th>by</th><th>requests</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function card(run: ComparedRun): string {
  const { row, structure, services, traffic } = run;
  const head = `<header><h3>${escaped(row.structure)}</h3>${verdict(row)}<p class="quiet">${escaped(structure.tagline)}</p></header>`;
  const inside =
    row.refused === null
      ? `<div class="halves">${svgPicture(structure, services, traffic)}<div class="scroll">${trafficTable(run)}</div></div>`
      : '';
  return `<section class="card">${head}${inside}</section>`;
}

function tableRow(title: string, cells: readonly string[], kind = ''): string {
  return `<tr${kind}><td>${title}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** All figures, a column for each structure that ran. */
function figures(rows: readonly Comparison[]): string {
  const ran = rows.filter(({ byCategory }) => byCategory !== null);
  if (ran.length === 0) return '';
  const of = (figure: (row: Comparison) => number | null): string[] => ran.map((row) => count(figure(row)));
  const gates = [...new Set(ran.flatMap(({ crossings }) => Object.keys(crossings ?? {})))];
  const body = [
    tableRow(
      'cycles',
      of(({ cycles }) => cycles),
      ' class="all"',
    ),
    ...CATEGORIES.map((category) =>
      tableRow(
        category,
        ran.map(({ byCategory }) => {
          const cycles = byCategory?.[category] ?? 0;
          return `${count(cycles)} <small>${escaped(percent(cycles, Math.max(1, sumOf(byCategory))))}</small>`;
        }),
      ),
    ),
    ...gates.map((gate) =>
      tableRow(
        `crossings by ${escaped(gate)}`,
        of(({ crossings }) => crossings?.[gate] ?? 0),
      ),
    ),
    tableRow(
      'copies',
      of(({ copies }) => copies),
    ),
    tableRow(
      'bytes copied',
      of(({ bytesCopied }) => bytesCopied),
    ),
    tableRow(
      'switches',
      of(({ switches }) => switches),
    ),
    tableRow(
      'TLB misses',
      of(({ tlbMisses }) => tlbMisses),
    ),
    tableRow(
      'TLB entries flushed',
      of(({ tlbFlushes }) => tlbFlushes),
    ),
  ];
  const head = ran.map(({ structure }) => `<th>${escaped(structure)}</th>`).join('');
  return `<h2>Figures</h2><div class="scroll"><table class="figures"><thead><tr><th></th>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** @param command the program and its arguments, as they were given. @param setting profile, harts and the like, in a line. */
export function comparisonPage(
  runs: readonly ComparedRun[],
  command: readonly string[],
  setting: string,
): string {
  const title = command.join(' ');
  const rows = runs.map(({ row }) => row);
  const body = [
    `<h1>One program, ${runs.length} structures</h1><p><code>${escaped(title)}</code></p><p class="quiet">${escaped(setting)}</p>`,
    bars(rows),
    '<h2>Domains, gates and the requests through them</h2>',
    '<p class="quiet">A line is as thick as its traffic, its number is that of requests; those that the kernel itself sends to a server stand to the right of a server’s own.</p>',
    runs.map(card).join(''),
    figures(rows),
  ].join('\n');
  return pageText({ title: `${title} under ${runs.length} structures`, style: PAGE_STYLE, body });
}
