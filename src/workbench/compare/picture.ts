/**
 * The picture of a structure: its domains as boxes, programs and servers above the line between user and kernel mode, and
 * the gates between them as lines, as thick as their traffic. In text, and as SVG.
 */
import { PROGRAM, type Structure } from '../../contracts/structure.ts';
import type { Traffic } from '../report.ts';

interface Box {
  readonly name: string;
  readonly services: readonly string[];
  readonly isKernel: boolean;
}

/** The domains of a structure with the services in them; programs first. */
export function boxesOf(structure: Structure, services: readonly string[]): Box[] {
  const own = structure.domains.map(({ name, privilege }) => ({
    name,
    services: services.filter((service) => structure.place(service) === name),
    isKernel: privilege === 'kernel',
  }));
  return [{ name: PROGRAM, services: [], isKernel: false }, ...own];
}

/** Domains without any service of this system are left out. */
function inhabited(boxes: readonly Box[]): Box[] {
  return boxes.filter(({ name, services, isKernel }) => name === PROGRAM || isKernel || services.length > 0);
}

function textBox({ name, services }: Box): string {
  const inside = services.filter((service) => service !== name);
  return inside.length === 0 ? `[${name}]` : `[${name}: ${inside.join(', ')}]`;
}

/** The picture in text, ending in a newline. Traffic, when there is any, is listed by gate. */
export function textPicture(
  structure: Structure,
  services: readonly string[],
  traffic: readonly Traffic[],
): string {
  const boxes = inhabited(boxesOf(structure, services));
  const row = (isKernel: boolean): string =>
    boxes
      .filter((box) => box.isKernel === isKernel)
      .map(textBox)
      .join('  ');
  const lines = ['user mode    ', row(false)].join('');
  const gates = gateLines(structure, boxes, traffic);
  return `${[lines, '-'.repeat(72), `kernel mode  ${row(true)}`, '', ...gates].join('\n')}\n`;
}

function gateLines(structure: Structure, boxes: readonly Box[], traffic: readonly Traffic[]): string[] {
  if (traffic.length > 0)
    return traffic
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, requests }) => {
        const label = `${from} -> ${to}`;
        return `  ${label.padEnd(28)} ${structure.gate(from, to).padEnd(12)} ${requests.toLocaleString('en-US')} requests`;
      });
  const names = boxes.map(({ name }) => name);
  const pairs = names.flatMap((from) =>
    names.filter((to) => to !== from && to !== PROGRAM).map((to) => ({ from, to })),
  );
  const byGate = new Map<string, string[]>();
  for (const { from, to } of pairs) {
    const gate = structure.gate(from, to);
    byGate.set(gate, [...(byGate.get(gate) ?? []), `${from} -> ${to}`]);
  }
  return [...byGate].map(
    ([gate, list]) =>
      `  ${gate}: ${list.length > 6 ? `${list.slice(0, 5).join(', ')} and ${list.length - 5} more pairs` : list.join(', ')}`,
  );
}

const WIDTH = 640;
const HEIGHT = 330;
const BOX_HEIGHT = 44;
const ROWS = { user: 70, kernel: 250 } as const;
const LINE = 190;
const GATE_COLOURS: { readonly [gate: string]: string } = {
  trap: '#c2410c',
  ports: '#1d4ed8',
  rendezvous: '#15803d',
  procedure: '#6b7280',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function place(boxes: readonly Box[]): Placed[] {
  return [false, true].flatMap((isKernel) => {
    const row = boxes.filter((box) => box.isKernel === isKernel);
    const gap = 10;
    const width = Math.min(isKernel ? 520 : 150, (WIDTH - gap) / row.length - gap);
    const start = (WIDTH - row.length * (width + gap) + gap) / 2;
    return row.map((box, index) => ({
      ...box,
      x: start + index * (width + gap),
      y: isKernel ? ROWS.kernel : ROWS.user,
      width,
    }));
  });
}

function svgBox({ name, services, isKernel, x, y, width }: Placed): string {
  const inside = services.filter((service) => service !== name).join(', ');
  const fill = name === PROGRAM ? '#fef3c7' : isKernel ? '#fee2e2' : '#e0f2fe';
  const middle = x + width / 2;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="5" fill="${fill}" stroke="#374151"/>`,
    `<text x="${middle}" y="${y + (inside ? 18 : 27)}" text-anchor="middle" class="name">${escaped(name)}</text>`,
    inside
      ? `<text x="${middle}" y="${y + 34}" text-anchor="middle" class="inside">${escaped(inside)}</text>`
      : '',
  ].join('');
}

/** A line between two boxes: straight across the line of modes, an arc between boxes of one row. */
function svgGate(
  structure: Structure,
  { from, to, requests }: Traffic,
  boxes: readonly Placed[],
  most: number,
): string {
  const one = boxes.find(({ name }) => name === from);
  const other = boxes.find(({ name }) => name === to);
  if (one === undefined || other === undefined || one === other) return '';
  const gate = structure.gate(from, to);
  const width = 1 + 9 * Math.sqrt(requests / most);
  const [x1, x2] = [one.x + one.width / 2, other.x + other.width / 2];
  const below = (box: Placed): number => (box.y === ROWS.user ? box.y + BOX_HEIGHT : box.y);
  const above = one.y - 12 - Math.abs(x2 - x1) / 9;
  const path =
    one.y === other.y
      ? `M${x1} ${one.y} Q${(x1 + x2) / 2} ${above} ${x2} ${other.y}`
      : `M${x1} ${below(one)} L${x2} ${below(other)}`;
  const title = `${from} to ${to}: ${requests.toLocaleString('en-US')} requests by ${gate}`;
  return `<path d="${path}" fill="none" stroke="${GATE_COLOURS[gate] ?? '#000'}" stroke-width="${width.toFixed(1)}" stroke-opacity="0.65"><title>${escaped(title)}</title></path>`;
}

/** The picture as an SVG element. */
export function svgPicture(
  structure: Structure,
  services: readonly string[],
  traffic: readonly Traffic[],
): string {
  const boxes = place(inhabited(boxesOf(structure, services)));
  const most = Math.max(1, ...traffic.map(({ requests }) => requests));
  const gates = traffic.map((row) => svgGate(structure, row, boxes, most)).join('');
  const legend = Object.entries(GATE_COLOURS)
    .map(([gate, colour], index) => `<tspan x="${8 + index * 92}" fill="${colour}">&#9644; ${gate}</tspan>`)
    .join('');
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="domains and gates of ${escaped(structure.name)}">`,
    `<line x1="0" x2="${WIDTH}" y1="${LINE}" y2="${LINE}" stroke="#9ca3af" stroke-dasharray="6 4"/>`,
    `<text x="${WIDTH - 6}" y="${LINE - 6}" text-anchor="end" class="mode">user mode</text>`,
    `<text x="${WIDTH - 6}" y="${LINE + 15}" text-anchor="end" class="mode">kernel mode</text>`,
    gates,
    boxes.map(svgBox).join(''),
    `<text y="${HEIGHT - 10}" class="legend">${legend}</text>`,
    '</svg>',
  ].join('');
}
