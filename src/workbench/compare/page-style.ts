/**
 * The style of a comparison's page, light and dark as the reader's system has it. Categories differ by pattern and gates by
 * dashes, so that nothing depends on colour alone.
 */
import { CATEGORIES, type Category } from '../../contracts/accounting.ts';
import { BASE_STYLE, themeStyle } from '../pages/theme.ts';

interface Fill {
  readonly colour: string;
  /** CSS background images over the colour. */
  readonly pattern: string;
}

const INK = 'rgb(0 0 0 / .16)';
const stripes = (angle: number): string =>
  `repeating-linear-gradient(${angle}deg, ${INK} 0 2px, transparent 2px 9px)`;

const FILLS: { readonly [category in Category]: Fill } = {
  user: { colour: '#86d993', pattern: 'none' },
  crossing: { colour: '#f5a05a', pattern: stripes(45) },
  copy: { colour: '#f2d64b', pattern: stripes(135) },
  service: { colour: '#86b8f5', pattern: `radial-gradient(${INK} 1.5px, transparent 2px) 0 0 / 9px 9px` },
  schedule: { colour: '#cda9f5', pattern: stripes(0) },
  translation: { colour: '#f59cc6', pattern: stripes(90) },
  idle: { colour: '#ccd2da', pattern: `${stripes(45)}, ${stripes(135)}` },
};

const fills = CATEGORIES.map((category) => {
  const { colour, pattern } = FILLS[category];
  return `.${category} { background: ${pattern === 'none' ? colour : `${pattern}, ${colour}`}; }`;
}).join('\n');

const LIGHT = `--program: #fdf0c4; --server: #dceefc; --kernel: #fbdedd;
  --trap: #b8460b; --ports: #1d4fd0; --rendezvous: #0f7a3a; --procedure: #6a7280;`;
const DARK = `--program: #4d4114; --server: #173a56; --kernel: #5a2322;
  --trap: #ff9e5e; --ports: #83aaff; --rendezvous: #5bd68a; --procedure: #a5afbf;`;

export const PAGE_STYLE = `
${themeStyle(LIGHT, DARK)}
${BASE_STYLE}
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0 0 .8rem; padding: 0; list-style: none; }
.key i { display: inline-block; width: 1.5em; height: 1.05em; margin-right: .45em; border-radius: 3px; vertical-align: -2px; }
.bars { display: grid; grid-template-columns: max-content minmax(0, 1fr) max-content; gap: .5rem .9rem; align-items: center; }
.bars .who { font-weight: 600; } .bars .sum { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: flex; height: 30px; border-radius: 4px; overflow: hidden; background: var(--track); }
.bar span { height: 100%; overflow: hidden; white-space: nowrap; font: 12px/30px system-ui, sans-serif; text-align: center; color: #10151c; border-right: 1px solid rgb(0 0 0 / .45); }
.bar span:last-child { border-right: 0; }
td small { color: var(--quiet); display: inline-block; min-width: 3.2em; }
.figures tbody tr.all td { font-weight: 600; }
.halves { display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 1.4rem; align-items: center; }
.halves table { font-size: 13px; } .halves td, .halves th { padding: .16rem .55rem; } .halves td:nth-child(2), .halves th:nth-child(2) { text-align: left; }
@media (max-width: 980px) { .halves { grid-template-columns: minmax(0, 1fr); } }
.picture { display: block; width: 100%; height: auto; } .sample { width: 34px; height: 8px; vertical-align: 1px; margin-right: .45em; }
.picture text { font: 13px system-ui, sans-serif; fill: var(--text); }
.picture .name { font-weight: 600; font-size: 14px; } .picture .narrow { font-size: 12.5px; } .picture .inside { font-size: 12px; fill: var(--quiet); } .picture .mode { font-size: 12.5px; fill: var(--quiet); }
.picture .count { font-size: 12px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
.box { stroke: var(--outline); stroke-width: 1.2; } .box.program { fill: var(--program); } .box.server { fill: var(--server); } .box.kernel { fill: var(--kernel); }
.border { stroke: var(--quiet); stroke-dasharray: 7 5; stroke-opacity: .7; }
.gate { fill: none; stroke-opacity: .85; } .gate.trap { stroke: var(--trap); } .gate.ports { stroke: var(--ports); } .gate.rendezvous { stroke: var(--rendezvous); } .gate.procedure { stroke: var(--procedure); }
${fills}
`;
