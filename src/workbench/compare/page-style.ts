/**
 * The style of a comparison's page, light and dark as the reader's system has it. Categories differ by pattern and gates by
 * dashes, so that nothing depends on colour alone.
 */
import { CATEGORIES, type Category } from '../../contracts/accounting.ts';

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

const LIGHT = `--page: #ffffff; --card: #ffffff; --text: #1a2230; --quiet: #56606f; --edge: #d9dee6; --track: #eef1f5;
  --program: #fdf0c4; --server: #dceefc; --kernel: #fbdedd; --outline: #46505f;
  --trap: #b8460b; --ports: #1d4fd0; --rendezvous: #0f7a3a; --procedure: #6a7280; --good: #10702f; --bad: #b3201c;`;
const DARK = `--page: #10141b; --card: #171d27; --text: #e8ecf3; --quiet: #a7b1c0; --edge: #2f3948; --track: #222b38;
  --program: #4d4114; --server: #173a56; --kernel: #5a2322; --outline: #93a0b3;
  --trap: #ff9e5e; --ports: #83aaff; --rendezvous: #5bd68a; --procedure: #a5afbf; --good: #63d98a; --bad: #ff8c85;`;

export const PAGE_STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1280px; padding: 1.6rem 1.2rem 3rem; color: var(--text); background: var(--page); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1.1rem; margin: 0; }
p { margin: 0 0 .5rem; } .quiet { color: var(--quiet); }
code { font: .92em ui-monospace, monospace; background: var(--track); padding: .15em .45em; border-radius: 4px; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0 0 .8rem; padding: 0; list-style: none; }
.key i { display: inline-block; width: 1.5em; height: 1.05em; margin-right: .45em; border-radius: 3px; vertical-align: -2px; }
.bars { display: grid; grid-template-columns: max-content minmax(0, 1fr) max-content; gap: .5rem .9rem; align-items: center; }
.bars .who { font-weight: 600; } .bars .sum { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: flex; height: 30px; border-radius: 4px; overflow: hidden; background: var(--track); }
.bar span { height: 100%; overflow: hidden; white-space: nowrap; font: 12px/30px system-ui, sans-serif; text-align: center; color: #10151c; border-right: 1px solid rgb(0 0 0 / .45); }
.bar span:last-child { border-right: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: .28rem .8rem; text-align: right; border-bottom: 1px solid var(--edge); white-space: nowrap; }
th { font-weight: 600; } td:first-child, th:first-child { text-align: left; padding-left: 0; }
td small { color: var(--quiet); display: inline-block; min-width: 3.2em; }
.figures tbody tr.all td { font-weight: 600; }
.card { border: 1px solid var(--edge); background: var(--card); border-radius: 10px; padding: 1rem 1.2rem; margin: 0 0 1rem; }
.card header { display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; margin-bottom: .5rem; }
.card header p { margin: 0; }
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
