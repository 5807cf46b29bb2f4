/**
 * How timelines look. Jobs differ by colour and by pattern, what they do by fill and shape, so that nothing depends on colour
 * alone: a turn is a solid bar, waiting is striped and half as high, being blocked is a dotted line's height, and so on.
 */
export const LANE_COLOURS = [
  '#8cbcf6',
  '#8fdb9b',
  '#f6ad6d',
  '#d0aef5',
  '#f0d75c',
  '#f7a6cb',
  '#7ed6d2',
  '#cdbb9c',
];
/** Patterns over a colour; the first is none. */
export const LANE_PATTERNS = 5;

const INK = 'rgb(10 20 35 / .3)';

/** Names of fills are made with this, so that they are a page's own. */
const ID = 'timeline';

export const overlayClass = (index: number): string => `p${index % LANE_PATTERNS}`;
export const colourClass = (index: number): string => `c${index % LANE_COLOURS.length}`;

function pattern(name: string, size: number, body: string): string {
  return `<pattern id="${ID}-${name}" width="${size}" height="${size}" patternUnits="userSpaceOnUse">${body}</pattern>`;
}

const line = (path: string, kind: string): string => `<path d="${path}" class="${kind}"/>`;

/** The fills that pictures use: once in a page, before the first of them. */
export const TIMELINE_DEFINITIONS = `<defs>${[
  pattern('p1', 8, line('M-2 2 L2 -2 M-2 10 L10 -2 M6 10 L10 6', 'ink')),
  pattern('p2', 7, '<circle cx="3.5" cy="3.5" r="1.3" class="ink-dot"/>'),
  pattern('p3', 6, line('M0 3 L6 3', 'ink')),
  pattern('p4', 9, line('M-2 7 L2 11 M-2 -2 L11 11 M7 -2 L11 2', 'ink wide')),
  pattern('ready', 7, line('M-2 2 L2 -2 M-2 9 L9 -2 M5 9 L9 5', 'stripe')),
  pattern('blocked', 6, '<circle cx="3" cy="3" r="1.1" class="dot"/>'),
  pattern('zombie', 6, line('M0 0 L6 6 M6 0 L0 6', 'stripe')),
].join('')}</defs>`;

const colours = LANE_COLOURS.map((colour, index) => `.timeline .c${index} { fill: ${colour}; }`).join('\n');
const overlays = Array.from(
  { length: LANE_PATTERNS - 1 },
  (_, index) => `.timeline .p${index + 1} { fill: url(#${ID}-p${index + 1}); }`,
).join('\n');

export const TIMELINE_LIGHT = '--stripe: #66728a; --wait: #eef1f6; --grid: #e6eaf0; --link: #1a4fb8;';
export const TIMELINE_DARK = '--stripe: #8c9ab2; --wait: #1f2836; --grid: #252f3d; --link: #9dbcff;';

/** Rules for pictures, wherever they are; colours by name are the theme's. */
export const TIMELINE_STYLE = `
.timeline text { font: 13px system-ui, sans-serif; fill: var(--text); }
.timeline .heading { font-weight: 700; font-size: 20px; }
.timeline .title { font-weight: 650; font-size: 17px; }
.timeline .figures { font-size: 13px; fill: var(--quiet); }
.timeline .who { font-weight: 600; }
.timeline .axis { font-size: 12px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.timeline .bound { font-size: 11px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.timeline .label { font-size: 12px; fill: #0c1420; paint-order: stroke; stroke: rgb(255 255 255 / .6); stroke-width: 3px; stroke-linejoin: round; }
.timeline .aside { font-size: 11px; fill: var(--quiet); paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
.timeline .grid { stroke: var(--grid); stroke-width: 1; }
.timeline .rail { fill: var(--track); }
.timeline .turn { stroke: rgb(10 20 35 / .45); stroke-width: .8; }
.timeline .ready { fill: url(#${ID}-ready); } .timeline .ready-back { fill: var(--wait); stroke: var(--stripe); stroke-width: .6; }
.timeline .blocked { fill: url(#${ID}-blocked); } .timeline .blocked-back { fill: none; stroke: var(--stripe); stroke-width: .6; stroke-dasharray: 2 2; }
.timeline .zombie { fill: url(#${ID}-zombie); } .timeline .new { fill: none; stroke: var(--stripe); stroke-width: 1; }
.timeline .stripe { stroke: var(--stripe); stroke-width: 1.2; fill: none; } .timeline .dot { fill: var(--stripe); }
.timeline .ink { stroke: ${INK}; stroke-width: 1.2; fill: none; } .timeline .ink.wide { stroke-width: 2; } .timeline .ink-dot { fill: ${INK}; }
.timeline .mark { fill: none; stroke: var(--text); stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.timeline .mark.missed { stroke: var(--bad); stroke-width: 2.2; }
${colours}
${overlays}
`;
