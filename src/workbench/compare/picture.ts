/** The picture of a structure in text: its domains, programs and servers above the line between user and kernel mode. */
import { PROGRAM, type Structure } from '../../contracts/structure.ts';
import type { Traffic } from '../report.ts';

export interface Box {
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
export function inhabited(boxes: readonly Box[]): Box[] {
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
