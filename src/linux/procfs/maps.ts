/** /proc/N/maps and smaps: the regions of a space with the files behind them, a batch of regions at a time. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { ViewOf } from '../../contracts/records.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Attributes, PathBit } from '../../services/files/attributes.ts';
import { files } from '../../services/files/interface.ts';
import { RegionFigures, RegionKind } from '../../services/memory/figures.ts';
import { memory, Protection } from '../../services/memory/interface.ts';
import { currentPaths, ownSpan } from '../state.ts';
import { VDSO } from '../vdso/page.ts';
import { contents } from './interface.ts';
import { escaped, hex, kilobytes, latin } from './text/format.ts';
import { leave, visit, visited } from './visit.ts';
import { emit, isFull } from './window.ts';

/** The page: regions, then an Attributes record, then a path; the latter two also carry what is emitted. */
const REGION_BYTES = 1024;
const ATTRIBUTES_AT = REGION_BYTES;
const PATH_AT = ATTRIBUTES_AT + 256;
const PATH_BYTES = PAGE_SIZE - PATH_AT;
/** Pages whose presence is asked for at once. */
const PRESENCE_PAGES = 1024;

/** Column in which a mapping's name stands. */
const NAME_COLUMN = 73;
/** What fits a path's room no more. */
const TOO_LONG = '(too long)';

interface MapsFrame {
  readonly id: number;
  readonly detailed: number;
  readonly offset: number;
  readonly into: Span;
  position: number;
  moved: number;
  page: number;
  visited: number;
  cursor: number;
  next: number;
  count: number;
  index: number;
  looked: number;
  present: number;
}

function regionAt(k: Kernel, f: MapsFrame): ViewOf<typeof RegionFigures.schema> {
  return RegionFigures.at(k.store, f.page + f.index * RegionFigures.size);
}

function rightsText({ protection, kind }: ViewOf<typeof RegionFigures.schema>): string {
  const letter = (bit: number, name: string) => ((protection & bit) !== 0 ? name : '-');
  const shared = (kind & RegionKind.shared) !== 0 ? 's' : 'p';
  return (
    letter(Protection.read, 'r') + letter(Protection.write, 'w') + letter(Protection.execute, 'x') + shared
  );
}

/** One mapping's line. `device` and `inode` are of the file behind it, 0 without one. */
function line(
  region: ViewOf<typeof RegionFigures.schema>,
  device: number,
  inode: number,
  name: string,
): string {
  const place = `${hex(region.start, 8)}-${hex(region.end, 8)}`;
  const major = hex((device >>> 8) & 0xfff, 2);
  const minor = hex((device & 0xff) | ((device >>> 12) & 0xfff00), 2);
  const head = `${place} ${rightsText(region)} ${hex(region.offset, 8)} ${major}:${minor} ${inode} `;
  return name === '' ? `${head}\n` : `${head.padEnd(NAME_COLUMN)}${escaped(name, '\n')}\n`;
}

function anonymousName({ kind, start }: ViewOf<typeof RegionFigures.schema>): string {
  if ((kind & RegionKind.unnamed) !== 0) return '/dev/zero (deleted)';
  if ((kind & RegionKind.heap) !== 0) return '[heap]';
  if (start === VDSO) return '[vdso]';
  return (kind & RegionKind.stack) !== 0 ? '[stack]' : '';
}

function hasFile({ file, kind }: ViewOf<typeof RegionFigures.schema>): boolean {
  return file !== 0 && (kind & RegionKind.unnamed) === 0;
}

/** What smaps adds. Sharing is not looked into: a page counts as private and dirty, or as shared when its region is. */
function details(region: ViewOf<typeof RegionFigures.schema>, pages: number): string {
  const size = region.end - region.start;
  const present = pages * PAGE_SIZE;
  const shared = (region.kind & RegionKind.shared) !== 0;
  const anonymous = region.file === 0 ? present : 0;
  const rows: readonly (readonly [string, number])[] = [
    ['Size', size],
    ['KernelPageSize', PAGE_SIZE],
    ['MMUPageSize', PAGE_SIZE],
    ['Rss', present],
    ['Pss', present],
    ['Pss_Dirty', anonymous],
    ['Shared_Clean', 0],
    ['Shared_Dirty', shared ? present : 0],
    ['Private_Clean', shared ? 0 : present - anonymous],
    ['Private_Dirty', shared ? 0 : anonymous],
    ['Referenced', present],
    ['Anonymous', anonymous],
    ['KSM', 0],
    ['LazyFree', 0],
    ['AnonHugePages', 0],
    ['ShmemPmdMapped', 0],
    ['FilePmdMapped', 0],
    ['Shared_Hugetlb', 0],
    ['Private_Hugetlb', 0],
    ['Swap', 0],
    ['SwapPss', 0],
    ['Locked', 0],
  ];
  const flags = [...rightsText(region)].flatMap((letter) => FLAG_NAMES[letter] ?? []).join(' ');
  const text = rows.map(([name, bytes]) => `${`${name}:`.padEnd(16)}${kilobytes(bytes)}\n`).join('');
  return `${text}THPeligible:           0\nVmFlags: ${flags} mr mw me \n`;
}

const FLAG_NAMES: { readonly [letter: string]: string } = { r: 'rd', w: 'wr', x: 'ex', s: 'sh' };

/** The space of the process, 0 when it has none. */
function spaceOf(k: Kernel, f: MapsFrame): PhysicalAddress {
  return visited(k, f.visited).space;
}

function addLine(k: Kernel, f: MapsFrame, text: string): OutcomeNumber {
  emit(k, f, f.page + ATTRIBUTES_AT, text);
  if (f.detailed === 0) f.index += 1;
  return k.goto(f.detailed === 0 ? 'region' : 'presence');
}

const maps = operation(
  contents.mapsText,
  ['position', 'moved', 'page', 'visited', 'cursor', 'next', 'count', 'index', 'looked', 'present'],
  {
    begin(k, f) {
      f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
      if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
      const process = visit(k, f.id);
      if (process === undefined) {
        // Nothing is left of one that has ended.
        k.frames.release(f.page / PAGE_SIZE);
        return k.done(0);
      }
      f.visited = process.address;
      if (process.space === 0) return k.goto('finish');
      return k.call(memory.freeze, { space: process.space }, 'batch');
    },
    batch(k, f) {
      const space = spaceOf(k, f);
      return k.call(
        memory.regions,
        { space, cursor: f.cursor, into: ownSpan(f.page, REGION_BYTES) },
        'regions',
      );
    },
    regions(k, f, reply) {
      if (reply.error !== 0 || reply.value === 0) return k.goto('thaw');
      f.count = reply.value;
      f.next = reply.second;
      f.index = 0;
      return k.goto('region');
    },
    region(k, f) {
      if (isFull(f)) return k.goto('thaw');
      if (f.index >= f.count) {
        f.cursor = f.next;
        return k.goto(f.next === 0 ? 'thaw' : 'batch');
      }
      const region = regionAt(k, f);
      if (!hasFile(region)) return addLine(k, f, line(region, 0, 0, anonymousName(region)));
      const into = ownSpan(f.page + ATTRIBUTES_AT, Attributes.size);
      return k.call(files.attributes, { node: region.file, into }, 'attributes');
    },
    attributes(k, f) {
      const into = ownSpan(f.page + PATH_AT, PATH_BYTES);
      return k.call(files.path, { root: currentPaths(k).root, node: regionAt(k, f).file, into }, 'named');
    },
    named(k, f, reply) {
      const { filesystem, number } = Attributes.at(k.store, f.page + ATTRIBUTES_AT);
      const path = reply.error === 0 ? latin(k.memory.bytes(f.page + PATH_AT, reply.value)) : '';
      const gone = reply.error === ErrorNumber.ENOENT || (reply.second & PathBit.deleted) !== 0;
      const name = reply.error === ErrorNumber.ERANGE ? TOO_LONG : path || '/memfd:';
      return addLine(k, f, line(regionAt(k, f), filesystem, number, gone ? `${name} (deleted)` : name));
    },
    presence(k, f) {
      const { start, end } = regionAt(k, f);
      const space = spaceOf(k, f);
      const address = start + f.looked * PAGE_SIZE;
      if (address >= end) return k.goto('details');
      const pages = Math.min(PRESENCE_PAGES, (end - address) / PAGE_SIZE);
      const into = ownSpan(f.page + ATTRIBUTES_AT, pages);
      return k.call(memory.residency, { space, address, length: pages * PAGE_SIZE, into }, 'counted');
    },
    counted(k, f, reply) {
      const { start, end } = regionAt(k, f);
      const pages = Math.min(PRESENCE_PAGES, (end - start) / PAGE_SIZE - f.looked);
      const bytes = k.memory.bytes(f.page + ATTRIBUTES_AT, pages);
      if (reply.error === 0) for (const byte of bytes) f.present += byte;
      f.looked += pages;
      k.examine(pages);
      return k.goto('presence');
    },
    details(k, f) {
      emit(k, f, f.page + ATTRIBUTES_AT, details(regionAt(k, f), f.present));
      f.looked = 0;
      f.present = 0;
      f.index += 1;
      return k.goto('region');
    },
    thaw(k, f) {
      return k.call(memory.thaw, { space: spaceOf(k, f) }, 'finish');
    },
    finish(k, f) {
      leave(k, f.visited);
      k.frames.release(f.page / PAGE_SIZE);
      return k.done(f.moved);
    },
  },
);

export const mapsOperations: readonly Operation[] = [maps];
