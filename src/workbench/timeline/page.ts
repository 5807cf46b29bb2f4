/**
 * Timelines as one HTML page that needs nothing else: the key, each timeline with its figures and tables, and a comparison
 * when there are several. It can be read without colours, without the picture (tables and labels say the same), and by keys.
 */
import { escaped, pageText } from '../pages/markup.ts';
import { BASE_STYLE, themeStyle } from '../pages/theme.ts';
import { closerPictures, turnTable } from './closer.ts';
import { notesOf } from './document.ts';
import { signsOf } from './key.ts';
import { lastInstant, pictureElement, planOf } from './picture.ts';
import { figure } from './scale.ts';
import { TIMELINE_DARK, TIMELINE_DEFINITIONS, TIMELINE_LIGHT, TIMELINE_STYLE } from './style.ts';
import type { Timeline } from './timeline.ts';

/** One timeline with all that is said of it. */
export interface Section {
  readonly timeline: Timeline;
  /** Name and value, in the order in which they are shown. */
  readonly figures: readonly (readonly [name: string, value: string])[];
  /** Blocks of HTML below the picture, each with its heading. */
  readonly blocks: readonly { readonly heading: string; readonly body: string }[];
}

/** A figure of several timelines that is shown as bars. */
export interface Comparison {
  readonly heading: string;
  readonly values: readonly (number | null)[];
}

export interface TimelinePage {
  readonly title: string;
  /** HTML below the title. */
  readonly introduction: string;
  readonly sections: readonly Section[];
  readonly comparisons: readonly Comparison[];
}

const PAGE_STYLE = `
${themeStyle(TIMELINE_LIGHT, TIMELINE_DARK)}
${BASE_STYLE}
${TIMELINE_STYLE}
.timeline { display: block; width: 100%; min-width: 860px; height: auto; }
.definitions { position: absolute; width: 0; height: 0; }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: .8rem 0 1.2rem; padding: 0; list-style: none; }
.key svg { width: 26px; height: 16px; margin-right: .5em; vertical-align: -2px; overflow: visible; min-width: 0; display: inline-block; }
.figures-list { display: flex; flex-wrap: wrap; gap: .2rem 1.6rem; margin: 0 0 .9rem; }
.figures-list div { display: flex; gap: .45em; } .figures-list dt { color: var(--quiet); } .figures-list dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.note { border-left: 3px solid var(--bad); padding: .1rem .7rem; margin: .5rem 0; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
tbody th { text-align: left; padding-left: 0; }
a { color: var(--link); }
.blocks { display: flex; flex-wrap: wrap; gap: 0 3rem; } .blocks details { flex: 0 1 auto; min-width: 0; max-width: 100%; }
.blocks details:has(figure) { flex: 1 1 100%; }
details { margin-top: .7rem; } summary { cursor: pointer; font-weight: 600; padding: .15rem 0; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--outline); outline-offset: 3px; border-radius: 4px; }
.who-ran td { position: relative; } .who-ran td .depth { background: linear-gradient(var(--track), var(--track)) right / var(--depth) 100% no-repeat; display: block; margin: -.28rem -.8rem; padding: .28rem .8rem; }
.who-ran small { color: var(--quiet); } .who-ran.listed td:last-child, .who-ran.listed th:last-child { text-align: left; white-space: normal; }
.compared td, .compared th { vertical-align: middle; } .compared thead th { text-align: left; } .compared .length { display: block; height: .7rem; min-width: 1px; background: var(--outline); border-radius: 2px; opacity: .55; }
.compared td { text-align: left; width: 19%; } .compared td span:first-child { font-variant-numeric: tabular-nums; } .compared .best { font-weight: 700; }
figure { margin: .6rem 0 1rem; } figcaption { color: var(--quiet); font-variant-numeric: tabular-nums; }
.turns td:nth-child(n+4), .turns th:nth-child(n+4) { text-align: left; } .turns td:first-child, .turns th:first-child { text-align: right; } .blocks .scroll:has(.turns) { max-height: 30rem; overflow: auto; }
pre { font: 12.5px/1.45 ui-monospace, monospace; white-space: pre-wrap; margin: .4rem 0 0; max-height: 26rem; overflow: auto; }
@media print { .card { break-inside: avoid; } details { display: none; } }
`;

function keyList(timelines: readonly Timeline[]): string {
  const signs = signsOf(timelines).map(
    ({ shape, text }) =>
      `<li><svg class="timeline" viewBox="0 0 26 16" aria-hidden="true">${shape}</svg>${escaped(text)}</li>`,
  );
  return `<ul class="key" aria-label="what the shapes mean">${signs.join('')}</ul>`;
}

function figureList(figures: Section['figures']): string {
  const items = figures.map(
    ([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`,
  );
  return `<dl class="figures-list">${items.join('')}</dl>`;
}

function card({ timeline, figures, blocks }: Section, index: number, end: number): string {
  const name = `policy-${index}`;
  const picture = pictureElement(planOf(timeline, 0, end));
  const notes = notesOf(timeline).map((note) => `<p class="note">${escaped(note)}</p>`);
  const closer = closerPictures(timeline);
  const all = [
    ...blocks,
    ...(closer === '' ? [] : [{ heading: 'A closer look, window by window', body: closer }]),
    { heading: 'Turns, one by one', body: turnTable(timeline) },
  ];
  const inside = all.map(
    ({ heading, body }, place) =>
      `<details${place < 2 ? ' open' : ''}><summary>${escaped(heading)}</summary>${body}</details>`,
  );
  return `<section class="card" aria-labelledby="${name}"><header><h2 id="${name}" style="margin:0">${escaped(timeline.policy)}</h2></header>${figureList(figures)}<div class="scroll" tabindex="0" role="region" aria-label="the picture of ${escaped(timeline.policy)}">${picture}</div>${notes.join('')}<div class="blocks">${inside.join('')}</div></section>`;
}

/** Bars side by side; the least of each figure is said to be it. */
function comparisonTable(sections: readonly Section[], comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0 || sections.length < 2) return '';
  const rows = sections.map(({ timeline }, index) => {
    const cells = comparisons.map(({ values }) => {
      const value = values[index] ?? null;
      if (value === null) return '<td>–</td>';
      const known = values.filter((other) => other !== null);
      const most = Math.max(1e-9, ...known);
      const isLeast = value === Math.min(...known) && known.some((other) => other !== value);
      return `<td><span${isLeast ? ' class="best"' : ''}>${figure(value)}${isLeast ? ' ◂ least' : ''}</span><span class="length" style="width:${((100 * value) / most).toFixed(1)}%"></span></td>`;
    });
    return `<tr><th scope="row"><a href="#policy-${index}">${escaped(timeline.policy)}</a></th>${cells.join('')}</tr>`;
  });
  const head = comparisons.map(({ heading }) => `<th scope="col">${escaped(heading)}</th>`).join('');
  return `<h2>Side by side</h2><div class="scroll" tabindex="0" role="region" aria-label="policies side by side"><table class="compared" style="width:100%"><thead><tr><th scope="col">policy</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** The page. Timelines are drawn to one scale, up to the latest end. */
export function timelinePage({ title, introduction, sections, comparisons }: TimelinePage): string {
  const end = Math.max(0, ...sections.map(({ timeline }) => lastInstant(timeline)));
  const body = [
    `<svg class="timeline definitions" aria-hidden="true">${TIMELINE_DEFINITIONS}</svg>`,
    `<main><h1>${escaped(title)}</h1>${introduction}`,
    comparisonTable(sections, comparisons),
    keyList(sections.map(({ timeline }) => timeline)),
    ...sections.map((section, index) => card(section, index, end)),
    '</main>',
  ].join('\n');
  return pageText({ title, style: PAGE_STYLE, body });
}
