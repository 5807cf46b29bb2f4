/** What programs have by their structure's own interface: names of rights to ports, and pages that were mapped by messages. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { MapNode, NameType, PortName, PortObject, Task } from '../../kernel/native/records.ts';
import { AddressSpace, Domain } from '../../kernel/objects.ts';
import { TreeNode } from '../../kernel/tree.ts';
import { hexadecimal, isDamaged, listing, type Maybe } from './look.ts';
import { rightsName } from './names.ts';
import type { Scene } from './scene.ts';
import { count, table } from './table.ts';

export interface InspectedName {
  readonly process: number;
  readonly name: number;
  /** 'send', 'receive' and so on. */
  readonly rights: string;
  /** User references to the send right or the dead name. */
  readonly references: number;
  /** The port's record; 0 for a dead name. */
  readonly port: PhysicalAddress;
  /** The server whose port it is, or '' for a program's. */
  readonly server: string;
  /** Messages that wait there, and as many as may. */
  readonly queued: number;
  readonly limit: number;
}

export interface InspectedMapping {
  readonly process: number;
  readonly page: number;
  readonly frame: number;
  readonly rights: string;
  /** The process and page that it was mapped from: process 0 and an offset, from a memory object; undefined for a page of the process's own. */
  readonly from: { readonly process: number; readonly page: number } | undefined;
}

export interface InspectedNatives {
  readonly names: readonly Maybe<InspectedName>[];
  readonly mappings: readonly Maybe<InspectedMapping>[];
}

const GENERATIONS = 256;
const RIGHT_NAMES: readonly (readonly [number, string])[] = [
  [NameType.receive, 'receive'],
  [NameType.send, 'send'],
  [NameType.sendOnce, 'send-once'],
  [NameType.portSet, 'port set'],
  [NameType.deadName, 'dead name'],
];

interface Owner {
  readonly process: number;
  readonly domain: PhysicalAddress;
}

/** Processes that still have a domain. */
function* owners(scene: Scene): Generator<Owner> {
  for (const at of scene.processes()) {
    const { id, domain } = scene.process(at);
    if (domain !== 0) yield { process: id, domain };
  }
}

function serverAt(scene: Scene, service: PhysicalAddress): string {
  const { kernel } = scene.system;
  const index = kernel.structure.domains.findIndex(
    (_, plan) => scene.look.view(Domain, kernel.domainOfPlan(plan + 1)).port === service,
  );
  return kernel.structure.domains[index]?.name ?? '';
}

function nameAt(scene: Scene, process: number, table: PhysicalAddress, place: number): InspectedName {
  const view = scene.look.view(PortName, table + place * PortName.size);
  const { type, references, generation, port } = view;
  const known = { process, name: place * GENERATIONS + generation, references, port };
  const rights = RIGHT_NAMES.filter(([bit]) => (type & bit) !== 0)
    .map(([, name]) => name)
    .join(', ');
  if (port === 0) return { ...known, rights, server: '', queued: 0, limit: 0 };
  const { queued, limit, service, dead } = scene.look.view(PortObject, port);
  const server = service === 0 ? '' : serverAt(scene, service);
  return { ...known, rights: dead === 0 ? rights : 'dead name', server, queued, limit };
}

function* places(scene: Scene): Generator<{ process: number; names: PhysicalAddress; place: number }> {
  for (const { process, domain } of owners(scene)) {
    const { task } = scene.look.view(Domain, domain);
    if (task === 0) continue;
    const { names, capacity } = scene.look.view(Task, task);
    for (let place = 1; place < capacity; place++)
      if (scene.look.view(PortName, names + place * PortName.size).type !== NameType.free)
        yield { process, names, place };
  }
}

function* mappedPages(scene: Scene): Generator<PhysicalAddress> {
  for (const { domain } of owners(scene)) {
    const { space } = scene.look.view(Domain, domain);
    if (space === 0) continue;
    for (const node of scene.look.nodes(space + AddressSpace.offsets.mappings, 'mapped pages'))
      yield node - MapNode.offsets.node;
  }
}

/** The process that lives in a space; 0 for the place of a memory object's pages, which is none. */
function processOf(scene: Scene, space: PhysicalAddress): number {
  if (space === 0) return 0;
  for (const { process, domain } of owners(scene))
    if (scene.look.view(Domain, domain).space === space) return process;
  return 0;
}

function pageOf(scene: Scene, node: PhysicalAddress): number {
  return scene.look.view(TreeNode, node + MapNode.offsets.node).key;
}

function mappingAt(scene: Scene, address: PhysicalAddress): InspectedMapping {
  const { space, frame, rights, parent } = scene.look.view(MapNode, address);
  const above = parent === 0 ? undefined : scene.look.view(MapNode, parent);
  return {
    process: processOf(scene, space),
    page: pageOf(scene, address),
    frame,
    rights: rightsName(rights),
    from: above && { process: processOf(scene, above.space), page: pageOf(scene, parent) },
  };
}

export function inspectNatives(scene: Scene): InspectedNatives {
  return {
    names: listing(
      () => places(scene),
      ({ process, names, place }) => nameAt(scene, process, names, place),
    ),
    mappings: listing(
      () => mappedPages(scene),
      (address) => mappingAt(scene, address),
    ),
  };
}

function nameCells(found: Maybe<InspectedName>): string[] {
  if (isDamaged(found)) return [`damaged: ${found.damaged}`];
  const { process, name, rights, references, port, server, queued, limit } = found;
  const where = port === 0 ? '' : hexadecimal(port);
  const queue = port === 0 || server !== '' ? server : `${queued} of ${limit}`;
  return [count(process), hexadecimal(name), rights, count(references), where, queue];
}

function mappingCells(found: Maybe<InspectedMapping>): string[] {
  if (isDamaged(found)) return [`damaged: ${found.damaged}`];
  const { process, page, frame, rights, from } = found;
  const origin = from === undefined ? 'nobody' : `${from.process || 'object'} ${hexadecimal(from.page)}`;
  return [count(process), hexadecimal(page), count(frame), rights, origin];
}

export function nativeLines({ names, mappings }: InspectedNatives): string[] {
  if (names.length + mappings.length === 0) return [];
  const ofNames = table(
    ['process', 'name', 'rights', 'references', 'port', 'messages or server'],
    names.map(nameCells),
    ['right', 'right', 'left', 'right'],
  );
  const ofPages = table(['process', 'page', 'frame', 'rights', 'mapped from'], mappings.map(mappingCells), [
    'right',
    'right',
    'right',
  ]);
  return ['names of ports', ...ofNames, 'pages mapped by messages', ...ofPages];
}
