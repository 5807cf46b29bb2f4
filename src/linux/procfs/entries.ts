/**
 * `entries`: the names of a supplied directory from a cursor on. Fixed names have the first cursors; behind them a
 * process, thread, descriptor or processor has its number plus how many fixed names there are.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation } from '../../kernel/operation.ts';
import { FileKind } from '../../services/files/attributes.ts';
import { suppliedTree } from '../../services/files/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { lookUp } from '../descriptors.ts';
import { processById, threadsOf } from '../processes/directory.ts';
import { DescriptorTable } from '../records.ts';
import { Area, numberOf, SHOWN_DESCRIPTORS } from './numbers.ts';
import { childNumber, isProcessRoot, type Subject, subjectOf, tableOf } from './subject.ts';
import { bytesOf } from './text/format.ts';

/** Bytes of an entry before its name, and the largest entry made here. */
const HEAD = 10;
const LARGEST = 96;
/** Descriptors looked at in one step at most. */
const PORTION = 512;

const KIND_SHIFT = 12;
const DIRECTORY = FileKind.directory >>> KIND_SHIFT;
const LINK = FileKind.symbolicLink >>> KIND_SHIFT;
const REGULAR = FileKind.regular >>> KIND_SHIFT;

interface EntriesFrame {
  readonly tree: number;
  readonly directory: number;
  cursor: number;
  readonly into: Span;
  moved: number;
}

interface Name {
  readonly name: string;
  readonly number: number;
  readonly kind: number;
}

function fill(k: Kernel, at: PhysicalAddress, { name, number, kind }: Name, next: number): number {
  const view = new DataView(new ArrayBuffer(HEAD));
  view.setUint32(0, number, true);
  view.setUint32(4, next, true);
  view.setUint8(8, kind);
  view.setUint8(9, name.length);
  k.memory.store(at, new Uint8Array(view.buffer));
  k.memory.store(at + HEAD, bytesOf(name));
  return HEAD + name.length;
}

/** Adds an entry, after which the cursor is `next`. False when it does not fit any more or there is no memory. */
function add(k: Kernel, f: EntriesFrame, entry: Name, next: number): boolean {
  if (f.moved + HEAD + entry.name.length > f.into.length) return false;
  const buffer = k.slab.allocate(k.domain, LARGEST);
  if (buffer === 0) return false;
  const length = fill(k, buffer, entry, next);
  const moved = k.toSpan(f.into, f.moved, buffer, length);
  k.slab.release(buffer);
  if (moved < length) return false;
  f.moved += length;
  f.cursor = next;
  return true;
}

/** Everything that fitted has been added, or there is no more. */
function finish(k: Kernel, f: EntriesFrame, complete: boolean): OutcomeNumber {
  return k.done(f.moved, complete ? 0 : f.cursor);
}

/** Adds the fixed names from the cursor on. False when the room is used up. */
function addFixed(k: Kernel, f: EntriesFrame, subject: Subject): boolean {
  const children = subject.definition.children ?? [];
  while (f.cursor < children.length) {
    const child = children[f.cursor];
    if (child === undefined) return true;
    const number = childNumber(subject, f.cursor);
    const kind = (child.mode & FileKind.mask) >>> KIND_SHIFT;
    if (!add(k, f, { name: child.name, number, kind }, f.cursor + 1)) return false;
  }
  return true;
}

/** Adds processors or threads: the first whose number is at least what the cursor says, until none is left. */
function addNumbers(
  k: Kernel,
  f: EntriesFrame,
  numbers: readonly number[],
  fixed: number,
  make: (number: number) => Name,
): boolean {
  for (const number of numbers) {
    if (number < f.cursor - fixed) continue;
    if (!add(k, f, make(number), fixed + number + 1)) return false;
  }
  return true;
}

function threadNumbers(k: Kernel, process: number): number[] {
  const view = processById(k, process);
  if (view === undefined) return [];
  return [...threadsOf(k, view)].map(({ id }) => id).sort((a, b) => a - b);
}

/** Adds some descriptors. 1 when there are no more, 0 when the room is used up, -1 to go on in another step. */
function addDescriptors(k: Kernel, f: EntriesFrame, subject: Subject): number {
  const table = tableOf(k, subject.process);
  const end = table === 0 ? 0 : Math.min(DescriptorTable.at(k.store, table).end, SHOWN_DESCRIPTORS);
  const facts = subject.definition.listing === 'descriptorFacts';
  const area = facts ? Area.descriptorFacts : Area.descriptor;
  for (let looked = 0; f.cursor < end; looked++, f.cursor += 1) {
    if (looked >= PORTION) return -1;
    const place = f.cursor;
    if (lookUp(k, table, place) === 0) continue;
    const number = numberOf({ area, id: subject.process, place });
    if (!add(k, f, { name: String(place), number, kind: facts ? REGULAR : LINK }, place + 1)) return 0;
    f.cursor = place;
  }
  return 1;
}

function addListed(k: Kernel, f: EntriesFrame, subject: Subject): OutcomeNumber {
  const fixed = subject.definition.children?.length ?? 0;
  const named = (area: 2 | 3, id: number, name: string): Name => ({
    name,
    number: numberOf({ area, id, place: 0 }),
    kind: DIRECTORY,
  });
  switch (subject.definition.listing) {
    case 'processors': {
      const harts = Array.from({ length: k.scheduling.hartCount }, (_, hart) => hart);
      const make = (hart: number) => named(Area.processor, hart + 1, `cpu${hart}`);
      return finish(k, f, addNumbers(k, f, harts, fixed, make));
    }
    case 'threads': {
      const make = (id: number) => named(Area.thread, id, String(id));
      return finish(k, f, addNumbers(k, f, threadNumbers(k, subject.process), fixed, make));
    }
    case 'descriptors':
    case 'descriptorFacts': {
      const progress = addDescriptors(k, f, subject);
      return progress < 0 ? k.goto('go on') : finish(k, f, progress === 1);
    }
    default:
      return finish(k, f, true);
  }
}

function proceed(k: Kernel, f: EntriesFrame): OutcomeNumber {
  const subject = subjectOf(k, f.tree, f.directory);
  if (subject === undefined) return k.fail(ErrorNumber.ENOENT);
  if (!addFixed(k, f, subject)) return finish(k, f, false);
  if (!isProcessRoot(subject)) return addListed(k, f, subject);
  const fixed = subject.definition.children?.length ?? 0;
  return k.call(processes.numberFrom, { id: Math.max(1, f.cursor - fixed) }, 'process');
}

export const entries = operation(suppliedTree.entries, ['moved'], {
  begin: (k, f) => proceed(k, f),
  'go on': (k, f) => proceed(k, f),
  process(k, f, reply) {
    const id = reply.value;
    if (id === 0) return finish(k, f, true);
    const fixed = subjectOf(k, f.tree, f.directory)?.definition.children?.length ?? 0;
    const number = numberOf({ area: Area.process, id, place: 0 });
    if (!add(k, f, { name: String(id), number, kind: DIRECTORY }, fixed + id + 1)) return finish(k, f, false);
    return k.goto('go on');
  },
});
