/**
 * The picture of a structure as SVG: programs and servers as boxes above the line between user and kernel mode, the kernel
 * below it, and the gates between them as lines, as thick as their traffic, with its number. A gate is told by its dashes as
 * well as by its colour. Colours are classes: the page's style says what they are (page-style.ts).
 */
import type { Structure } from '../../contracts/structure.ts';
import { escaped } from '../pages/markup.ts';
import type { Traffic } from '../report.ts';
import { type Box, boxesOf, inhabited } from './picture.ts';

const WIDTH = 880;
/** Left of the boxes, where the modes are named. */
const GUTTER = 84;
const GAP = 10;
const BOX_HEIGHT = 46;
const WIDEST_BOX = 150;
/** Boxes with less room have their names in smaller letters. */
const NARROW_BOX = 95;
const ROWS = { user: 0, kernel: 136 } as const;
const MODE_LINE = 94;
/** How high an arc rises for each box that it passes: so that none crosses the number under another; and less from the fifth on. */
const [RISE, STEEP, FLAT_RISE] = [20, 4, 13];
/** Where two lines between the same boxes run beside each other. */
const APART = 8;

/** The dashes of a line for each gate. */
const DASHES: { readonly [gate: string]: string } = {
  trap: '',
  ports: '9 4',
  rendezvous: '3 3',
  procedure: '1 5',
};

/** A count in few characters: 9,999, 12.3k, 4.5M. */
export function compact(value: number): string {
  if (value < 10_000) return value.toLocaleString('en-US');
  const [unit, sign] = value < 999_500 ? [1e3, 'k'] : [1e6, 'M'];
  const scaled = value / unit;
  return `${scaled.toFixed(scaled < 100 ? 1 : 0)}${sign}`;
}

/** The gate by which requests go; within a domain it is a procedure call. */
export function gateOf(structure: Structure, { from, to }: Traffic): string {
  return from === to ? 'procedure' : structure.gate(from, to);
}

interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const middle = ({ x, width }: Placed): number => x + width / 2;

function place(boxes: readonly Box[]): Placed[] {
  const room = WIDTH - GUTTER - 1;
  return [false, true].flatMap((isKernel) => {
    const row = boxes.filter((box) => box.isKernel === isKernel);
    const share = (room + GAP) / row.length - GAP;
    const width = isKernel ? share : Math.min(WIDEST_BOX, share);
    // A row that is not full is spread over the kernel, so that lines go straight down.
    const pitch = isKernel ? width + GAP : (room - width) / Math.max(1, row.length - 1);
    const step = row.length === 1 ? 0 : pitch;
    const start = row.length === 1 ? GUTTER + (room - width) / 2 : GUTTER;
    const y = isKernel ? ROWS.kernel : ROWS.user;
    return row.map((box, index) => ({ ...box, x: start + index * step, y, width }));
  });
}

function boxElement({ name, services, isKernel, x, y, width }: Placed): string {
  const inside = services.filter((service) => service !== name).join(', ');
  const kind = name === 'program' ? 'program' : isKernel ? 'kernel' : 'server';
  const at = x + width / 2;
  return [
    `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BOX_HEIGHT}" rx="6" class="box ${kind}"/>`,
    `<text x="${at.toFixed(1)}" y="${y + (inside ? 20 : 28)}" text-anchor="middle" class="name${width < NARROW_BOX ? ' narrow' : ''}">${escaped(name)}</text>`,
    inside
      ? `<text x="${at.toFixed(1)}" y="${y + 36}" text-anchor="middle" class="inside">${escaped(inside)}</text>`
      : '',
  ].join('');
}

interface Line {
  readonly path: string;
  /** Where its number stands. */
  readonly label: { readonly x: number; readonly y: number; readonly anchor: 'start' | 'middle' | 'end' };
  /** How far it rises above its boxes. */
  readonly rise: number;
}

/** From a box straight down into the kernel's, or up from it: beside the middle, so that both may be there. */
function straight(above: Placed, isDown: boolean): Line {
  const x = middle(above) + (isDown ? -APART : APART);
  const [top, bottom] = [above.y + BOX_HEIGHT, ROWS.kernel];
  // At different heights, so that neighbours' do not touch.
  const y = isDown ? top + 24 : bottom - 12;
  const label = { x: x + (isDown ? -7 : 7), y, anchor: isDown ? 'end' : 'start' } as const;
  return { path: `M${x.toFixed(1)} ${top} L${x.toFixed(1)} ${bottom}`, label, rise: 0 };
}

const riseOf = (passed: number): number =>
  RISE * Math.min(passed, STEEP) + FLAT_RISE * Math.max(0, passed - STEEP);

/** An arc over the boxes between two of them. */
function arc(one: Placed, other: Placed, passed: number): Line {
  const [left, right] = middle(one) < middle(other) ? [one, other] : [other, one];
  const [x1, x2] = [middle(left) + APART, middle(right) - APART];
  const rise = riseOf(passed);
  const path = `M${x1.toFixed(1)} ${one.y} Q${((x1 + x2) / 2).toFixed(1)} ${one.y - 2 * rise} ${x2.toFixed(1)} ${other.y}`;
  return { path, label: { x: (x1 + x2) / 2, y: one.y - rise + 14, anchor: 'middle' }, rise };
}

function lineBetween(one: Placed, other: Placed, row: readonly Placed[]): Line {
  if (one.y !== other.y) return one.isKernel ? straight(other, false) : straight(one, true);
  return arc(one, other, Math.abs(row.indexOf(one) - row.indexOf(other)));
}

/** Both directions of an arc are one line; what goes into a kernel and what comes out of it are two. */
function joined(traffic: readonly Traffic[], boxes: readonly Placed[]): Traffic[] {
  const isUser = (domain: string): boolean =>
    boxes.some(({ name, isKernel }) => name === domain && !isKernel);
  const lines = new Map<string, Traffic>();
  for (const { from, to, requests } of traffic) {
    if (from === to) continue;
    const ends = isUser(from) && isUser(to) ? [from, to].sort() : [from, to];
    const key = ends.join(' ');
    lines.set(key, { from, to, requests: requests + (lines.get(key)?.requests ?? 0) });
  }
  return [...lines.values()];
}

interface Drawn {
  readonly elements: string;
  /** How far the highest arc rises. */
  readonly height: number;
}

function gateElements(structure: Structure, traffic: readonly Traffic[], boxes: readonly Placed[]): Drawn {
  const user = boxes.filter(({ isKernel }) => !isKernel);
  const lines = joined(traffic, boxes);
  const most = Math.max(1, ...lines.map(({ requests }) => requests));
  const drawn = lines.flatMap((each) => {
    const one = boxes.find(({ name }) => name === each.from);
    const other = boxes.find(({ name }) => name === each.to);
    if (one === undefined || other === undefined) return [];
    const gate = gateOf(structure, each);
    const width = 1.5 + 7 * Math.sqrt(each.requests / most);
    const { path, label, rise } = lineBetween(one, other, user);
    const title = `${each.from} to ${each.to}: ${each.requests.toLocaleString('en-US')} requests by ${gate}`;
    return [
      {
        rise,
        line: `<path d="${path}" class="gate ${gate}" stroke-width="${width.toFixed(1)}" stroke-dasharray="${DASHES[gate] ?? ''}"><title>${escaped(title)}</title></path>`,
        number: `<text x="${label.x.toFixed(1)}" y="${label.y.toFixed(1)}" text-anchor="${label.anchor}" class="count">${compact(each.requests)}</text>`,
      },
    ];
  });
  // Numbers after all lines, so that none is crossed out.
  const elements = [...drawn.map(({ line }) => line), ...drawn.map(({ number }) => number)].join('');
  return { elements, height: Math.max(0, ...drawn.map(({ rise }) => rise)) };
}

/** A short piece of a gate's line, for lists of them. */
export function gateSample(gate: string): string {
  return `<svg class="sample" viewBox="0 0 34 8" aria-hidden="true"><path d="M1 4 L33 4" class="gate ${escaped(gate)}" stroke-width="4" stroke-dasharray="${DASHES[gate] ?? ''}"/></svg>`;
}

/** The picture as an SVG element. */
export function svgPicture(
  structure: Structure,
  services: readonly string[],
  traffic: readonly Traffic[],
): string {
  const boxes = place(inhabited(boxesOf(structure, services)));
  const { elements, height } = gateElements(structure, traffic, boxes);
  const top = -height - 8;
  const tall = ROWS.kernel + BOX_HEIGHT + 2 - top;
  return [
    `<svg class="picture" viewBox="0 ${top} ${WIDTH} ${tall}" role="img" aria-label="domains and gates of ${escaped(structure.name)}, with the requests between them">`,
    `<line x1="0" x2="${WIDTH}" y1="${MODE_LINE}" y2="${MODE_LINE}" class="border"/>`,
    `<text x="0" y="${MODE_LINE - 8}" class="mode">user mode</text>`,
    `<text x="0" y="${MODE_LINE + 18}" class="mode">kernel mode</text>`,
    elements,
    boxes.map(boxElement).join(''),
    '</svg>',
  ].join('');
}
