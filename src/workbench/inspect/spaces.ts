/** Address spaces: what is mapped where, what of it is present, and the page tables that say so. */
import { TranslationKind } from '../../contracts/machine.ts';
import { PageEntry } from '../../contracts/page-table.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { AddressSpace, Domain } from '../../kernel/objects.ts';
import { RealSpace } from '../../services/memory/real/records.ts';
import { Backing, Region, RegionFlag, SpaceMap } from '../../services/memory/records.ts';
import { controlBlocks, type InspectedBlock } from './blocks.ts';
import { pathOf } from './files.ts';
import { attempt, hexadecimal, isDamaged, listing, type Maybe } from './look.ts';
import { rightsName } from './names.ts';
import type { Scene } from './scene.ts';
import { bytesText, count, indented, table } from './table.ts';
import { type PresentPage, presentPages, type TableCounts } from './tables.ts';

export interface InspectedRegion {
  readonly start: number;
  readonly end: number;
  readonly rights: string;
  readonly shared: boolean;
  /** What stands behind it: a file's path, 'heap', 'stack', 'anonymous'. */
  readonly what: string;
  /** Offset in the file of its first byte; 0 without a file. */
  readonly offset: number;
  /** Pages present, and those written through this space. */
  readonly present: number;
  readonly dirty: number;
}

export interface TableSummary {
  /** Tables of each level; the last is the root's. */
  readonly tables: readonly number[];
  readonly pages: number;
  readonly accessed: number;
  readonly dirty: number;
  /** Entries that name a page and allow nothing. */
  readonly forbidden: number;
}

export interface InspectedSpace {
  /** Processes that live in it. */
  readonly processes: readonly number[];
  readonly kind: string;
  readonly tag: number;
  readonly rootFrame: number;
  readonly mappedBytes: number;
  readonly anonymousPages: number;
  readonly filePages: number;
  readonly breakEnd: number;
  readonly regions: readonly Maybe<InspectedRegion>[];
  readonly tables: Maybe<TableSummary>;
}

/** Address spaces with the processes that live in them. */
function spacesWithUsers(scene: Scene): Map<PhysicalAddress, number[]> {
  const users = new Map<PhysicalAddress, number[]>();
  attempt(() => {
    for (const at of scene.processes())
      attempt(() => {
        const process = scene.process(at);
        if (process.domain === 0) return;
        const { space } = scene.look.view(Domain, process.domain);
        if (space !== 0) users.set(space, [...(users.get(space) ?? []), process.id]);
      });
  });
  return users;
}

function summaryOf(tables: readonly number[], pages: readonly PresentPage[]): TableSummary {
  const having = (bit: number) => pages.filter(({ bits }) => (bits & bit) !== 0).length;
  return {
    tables,
    pages: pages.length,
    accessed: having(PageEntry.accessed),
    dirty: having(PageEntry.dirty),
    forbidden: pages.length - having(PageEntry.valid),
  };
}

type MapView = ReturnType<typeof SpaceMap.at>;
type RegionView = ReturnType<typeof Region.at>;

function whatIs(scene: Scene, map: MapView, region: RegionView, start: number): string {
  if (region.backing !== 0) {
    const { file, unnamed } = scene.look.view(Backing, region.backing);
    return unnamed === 1 ? 'shared anonymous' : pathOf(scene.look, file);
  }
  if (start < map.breakEnd && region.end > map.breakStart) return 'heap';
  if (region.end === map.stackTop && map.stackTop !== 0) return 'stack';
  return 'anonymous';
}

function regionAt(
  scene: Scene,
  map: MapView,
  node: PhysicalAddress,
  pages: readonly PresentPage[],
): InspectedRegion {
  const region = scene.look.view(Region, node - Region.offsets.node);
  const start = scene.look.store.f64[node / 8] as number;
  const own = pages.filter(({ address }) => address >= start && address < region.end);
  return {
    start,
    end: region.end,
    rights: rightsName(region.protection),
    shared: (region.flags & RegionFlag.shared) !== 0,
    what: whatIs(scene, map, region, start),
    offset: region.offset,
    present: own.length,
    dirty: own.filter(({ bits }) => (bits & PageEntry.dirty) !== 0).length,
  };
}

function blockRegion({ start, end, name }: InspectedBlock): InspectedRegion {
  const pages = (end - start) / PAGE_SIZE;
  const what = name.toLowerCase();
  return { start, end, rights: 'rwx', shared: true, what, offset: 0, present: pages, dirty: 0 };
}

/** A space in real memory: its blocks of the chain. */
function realSpaceAt(scene: Scene, address: PhysicalAddress, processes: readonly number[]): InspectedSpace {
  const { look } = scene;
  const { map, tag } = look.view(AddressSpace, address);
  const blocks = function* () {
    for (const block of controlBlocks(look)) if (block.owner === address) yield block;
  };
  const regions = listing(blocks, blockRegion);
  const mappedBytes = regions.reduce(
    (sum, region) => sum + (isDamaged(region) ? 0 : region.end - region.start),
    0,
  );
  const { breakEnd } = look.view(RealSpace, map);
  return {
    processes,
    kind: 'physical',
    tag,
    rootFrame: 0,
    mappedBytes,
    anonymousPages: mappedBytes / PAGE_SIZE,
    filePages: 0,
    breakEnd,
    regions,
    tables: summaryOf([], []),
  };
}

function spaceAt(scene: Scene, address: PhysicalAddress, processes: readonly number[]): InspectedSpace {
  const { look } = scene;
  const space = look.view(AddressSpace, address);
  if (space.kind === TranslationKind.physical) return realSpaceAt(scene, address, processes);
  const map = look.view(SpaceMap, space.map);
  const counts: TableCounts = { levels: [], seen: new Set() };
  const pages: PresentPage[] = [];
  const walked = attempt(() => {
    for (const page of presentPages(look, space.root, counts)) pages.push(page);
    return summaryOf(counts.levels, pages);
  });
  const regionRoot = map.address + SpaceMap.offsets.regions;
  return {
    processes,
    kind:
      Object.entries(TranslationKind).find(([, kind]) => kind === space.kind)?.[0] ??
      `damaged: ${space.kind}`,
    tag: space.tag,
    rootFrame: space.root,
    mappedBytes: map.mappedBytes,
    anonymousPages: map.anonymousPages,
    filePages: map.filePages,
    breakEnd: map.breakEnd,
    regions: listing(
      () => look.nodes(regionRoot, 'regions'),
      (node) => regionAt(scene, map, node, pages),
    ),
    tables: walked,
  };
}

export function addressSpaces(scene: Scene): Maybe<InspectedSpace>[] {
  return listing(
    () => spacesWithUsers(scene),
    ([space, processes]) => spaceAt(scene, space, processes),
  );
}

function regionRow(region: Maybe<InspectedRegion>): string[] {
  if (isDamaged(region)) return [`damaged: ${region.damaged}`];
  const { start, end, rights, shared, what, offset, present, dirty } = region;
  return [
    `${hexadecimal(start)}-${hexadecimal(end)}`,
    `${rights} ${shared ? 'shared' : 'private'}`,
    count((end - start) / PAGE_SIZE),
    count(present),
    count(dirty),
    offset === 0 ? what : `${what} from byte ${count(offset)}`,
  ];
}

function tableLine(tables: Maybe<TableSummary>): string {
  if (isDamaged(tables)) return `page tables damaged: ${tables.damaged}`;
  if (tables.tables.length === 0) return 'no page tables: addresses are physical';
  const { pages, accessed, dirty, forbidden } = tables;
  const levels = tables.tables.map((number, level) => `${count(number)} of level ${level}`).reverse();
  const bare = forbidden === 0 ? '' : `, ${count(forbidden)} without any right`;
  return `page tables: ${levels.join(', ')}; ${count(pages)} pages present, ${count(accessed)} accessed, ${count(dirty)} dirty${bare}`;
}

export function spaceLines(space: Maybe<InspectedSpace>): string[] {
  if (isDamaged(space)) return [`damaged: ${space.damaged}`];
  const { processes, kind, tag, rootFrame, mappedBytes, anonymousPages, filePages, breakEnd } = space;
  const heading = ['from-to', 'rights', 'pages', 'present', 'dirty', 'what'];
  return [
    `address space of process ${processes.join(', ')}: ${kind}, root table in frame ${count(rootFrame)}, tag ${tag}`,
    ...indented([
      `${bytesText(mappedBytes)} mapped; ${count(anonymousPages)} anonymous pages and ${count(filePages)} of files present; ` +
        `the break is at ${hexadecimal(breakEnd)}`,
      tableLine(space.tables),
      ...table(heading, space.regions.map(regionRow), ['left', 'left', 'right', 'right', 'right']),
    ]),
  ];
}
