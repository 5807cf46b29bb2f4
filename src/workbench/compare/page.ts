/** A comparison as one self-contained page: for each structure its picture with the traffic, and where the cycles went. */
import { CATEGORIES, type Category } from '../../contracts/accounting.ts';
import type { ComparedRun } from './compare.ts';
import { escaped, svgPicture } from './picture.ts';

const COLOURS: { readonly [category in Category]: string } = {
  user: '#4ade80',
  crossing: '#f97316',
  copy: '#facc15',
  service: '#60a5fa',
  schedule: '#c084fc',
  translation: '#f472b6',
  idle: '#d1d5db',
};

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1360px; padding: 0 1rem; color: #1f2937; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 0 0 .3rem; }
code { background: #f3f4f6; padding: .1em .4em; border-radius: 4px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(520px, 1fr)); gap: 1.2rem; }
.card { border: 1px solid #e5e7eb; border-radius: 8px; padding: 1rem; }
.card p { margin: .2rem 0 .6rem; color: #4b5563; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: #111827; }
svg .name { font-weight: 600; font-size: 13px; } svg .inside, svg .mode { font-size: 10.5px; fill: #4b5563; } svg .legend tspan { font-size: 12px; }
.bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: .35rem .8rem; align-items: center; margin: 1rem 0 2rem; }
.bar { display: flex; height: 24px; background: #f9fafb; } .bar span { height: 100%; }
.key span { display: inline-block; margin-right: 1rem; } .key i { display: inline-block; width: .9em; height: .9em; margin-right: .35em; vertical-align: -1px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: 1rem; } td, th { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #e5e7eb; } td:first-child, th:first-child { text-align: left; }
.refused { color: #b91c1c; }
`;

const count = (value: number | null): string => (value === null ? '' : value.toLocaleString('en-US'));

function bar({ row }: ComparedRun, most: number): string {
  const { byCategory, cycles } = row;
  if (byCategory === null || cycles === null)
    return `<div class="refused">refused: ${escaped(row.refused ?? '')}</div>`;
  const pieces = CATEGORIES.map((category) => {
    const share = (100 * byCategory[category]) / most;
    const title = `${category}: ${count(byCategory[category])} cycles`;
    return `<span style="width:${share.toFixed(3)}%;background:${COLOURS[category]}" title="${title}"></span>`;
  });
  return `<div class="bar">${pieces.join('')}</div>`;
}

function bars(runs: readonly ComparedRun[]): string {
  const sums = runs.map(({ row }) =>
    Object.values(row.byCategory ?? {}).reduce((sum, part) => sum + part, 0),
  );
  const most = Math.max(1, ...sums);
  const rows = runs.map((run) => {
    const { structure, cycles, relative } = run.row;
    const figure =
      cycles === null ? '' : `${count(cycles)}${relative === null ? '' : ` (${relative.toFixed(2)}x)`}`;
    return `<div>${escaped(structure)}</div>${bar(run, most)}<div>${figure}</div>`;
  });
  const key = CATEGORIES.map(
    (category) => `<span><i style="background:${COLOURS[category]}"></i>${category}</span>`,
  );
  return `<h2>Where the cycles went</h2><p class="key">${key.join('')}</p><div class="bars">${rows.join('')}</div>`;
}

function card({ row, structure, services, traffic }: ComparedRun): string {
  const verdict =
    row.refused === null ? (row.outputEqual ? 'same output' : 'DIFFERENT output') : `refused: ${row.refused}`;
  return `<section class="card"><h2>${escaped(row.structure)}</h2><p>${escaped(structure.tagline)} &middot; <span${row.refused === null && row.outputEqual ? '' : ' class="refused"'}>${escaped(verdict)}</span></p>${svgPicture(structure, services, traffic)}</section>`;
}

function table(runs: readonly ComparedRun[]): string {
  const head = [
    'structure',
    'cycles',
    'relative',
    'crossings',
    'copies',
    'bytes copied',
    'TLB misses',
    'TLB flushes',
    'switches',
  ];
  const rows = runs.map(({ row }) => {
    const crossings =
      row.crossings === null ? null : Object.values(row.crossings).reduce((sum, part) => sum + part, 0);
    const cells = [row.structure, count(row.cycles), row.relative?.toFixed(2) ?? '', count(crossings)];
    cells.push(...[row.copies, row.bytesCopied, row.tlbMisses, row.tlbFlushes, row.switches].map(count));
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  return `<table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** @param command the program and its arguments, as they were given. @param setting profile, harts and the like, in a line. */
export function comparisonPage(
  runs: readonly ComparedRun[],
  command: readonly string[],
  setting: string,
): string {
  const title = command.join(' ');
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)} under ${runs.length} structures</title><style>${STYLE}</style></head><body>`,
    `<h1>One program, ${runs.length} structures</h1><p><code>${escaped(title)}</code> &middot; ${escaped(setting)}</p>`,
    bars(runs),
    `<div class="grid">${runs.map(card).join('')}</div>`,
    table(runs),
    '</body></html>\n',
  ].join('\n');
}
