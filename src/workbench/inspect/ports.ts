/** Ports: where requests to servers arrive, who is idle there, and whose requests wait. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { Domain, Port } from '../../kernel/objects.ts';
import type { Landmarks } from './landmarks.ts';
import { hexadecimal, isDamaged, listing, type Maybe } from './look.ts';
import type { Scene } from './scene.ts';
import { count, indented, table } from './table.ts';

export interface InspectedPort {
  readonly domain: string;
  readonly servers: number;
  readonly idle: readonly Maybe<string>[];
  /** Threads whose request waits for a server, oldest first. */
  readonly waiting: readonly Maybe<string>[];
  /** Requests that have arrived. */
  readonly requests: number;
}

/** Plan indices of the domains that have servers. */
function* servedDomains(scene: Scene): Generator<{ name: string; port: PhysicalAddress }> {
  const { kernel } = scene.system;
  for (const [index, { name }] of kernel.structure.domains.entries()) {
    const { port } = scene.look.view(Domain, kernel.domainOfPlan(index + 1));
    if (port !== 0) yield { name, port };
  }
}

function portAt(scene: Scene, marks: Landmarks, domain: string, address: PhysicalAddress): InspectedPort {
  const { look } = scene;
  const port = look.view(Port, address);
  const threads = (first: PhysicalAddress) =>
    listing(
      () => look.chain(first, 'threads at a port', (at) => scene.thread(at).nextAtPort),
      (at) => marks.nameOf(at) ?? `the thread at ${hexadecimal(at)}`,
    );
  return {
    domain,
    servers: port.servers,
    idle: threads(port.idle),
    waiting: threads(port.firstSender),
    requests: port.requests,
  };
}

/** The ports of all domains; none when the structure has no servers. */
export function inspectPorts(scene: Scene, marks: Landmarks): Maybe<InspectedPort>[] {
  return listing(
    () => servedDomains(scene),
    ({ name, port }) => portAt(scene, marks, name, port),
  );
}

export function portLines(ports: readonly Maybe<InspectedPort>[]): string[] {
  if (ports.length === 0) return ['this structure has no servers'];
  const text = (value: Maybe<string>) => (isDamaged(value) ? `damaged: ${value.damaged}` : value);
  const rows = ports.map((port) =>
    isDamaged(port)
      ? [`damaged: ${port.damaged}`]
      : [port.domain, count(port.servers), count(port.idle.length), count(port.requests)],
  );
  const waiting = ports.flatMap((port) =>
    isDamaged(port) || port.waiting.length === 0
      ? []
      : [`waiting for a server of ${port.domain}`, ...indented(port.waiting.map(text))],
  );
  return [
    ...table(['domain', 'threads', 'idle', 'requests'], rows, ['left', 'right', 'right', 'right']),
    ...waiting,
  ];
}
