/**
 * The bytes of a snapshot, and whatever can be said against them without a machine.
 *
 *   8 bytes   'PKSNAP' and the format's version as two digits
 *   4 bytes   length of the header; 4 bytes: the header's checksum; then the header as JSON
 *   then      pages: a frame's number (4 bytes) and its 4,096 bytes, in the order of their numbers
 *   4 bytes   the checksum of all pages
 *
 * Numbers are little-endian. A snapshot may come from anywhere: nothing in it is believed before it is checked, and a check
 * that fails is a SnapshotError whose message is one line. Checksums find damage; whoever makes a snapshot up can make them
 * fit, so a header's fields are checked one by one as well.
 */
import { PAGE_SIZE } from '../contracts/units.ts';
import { checksum } from './checksum.ts';

const NAME = 'PKSNAP';
const VERSION = '02';
const MAGIC_BYTES = NAME.length + VERSION.length;
const NUMBER_BYTES = 4;
const HEAD_BYTES = MAGIC_BYTES + 2 * NUMBER_BYTES;
const PAGE_BYTES = NUMBER_BYTES + PAGE_SIZE;
/** A header holds a command line, which is far shorter. */
const LONGEST_HEADER = 16 * 1024 * 1024;
const MOST_HARTS = 32;
const LEAST_MEMORY = 4 * 1024 * 1024;
const MOST_MEMORY = 3584 * 1024 * 1024;

/** Why a snapshot cannot be used. The message says what does not fit. */
export class SnapshotError extends Error {}

/** What the outside world must know to go on where it was. */
export interface OutsideProgress {
  readonly input: number;
  readonly seconds: number;
}

export interface SnapshotHeader {
  readonly layout: string;
  readonly profile: string;
  readonly structure: string;
  readonly scheduler: string;
  readonly harts: number;
  readonly memory: number;
  readonly modelTranslation: boolean;
  readonly fingerprints: readonly string[];
  readonly reservation: readonly [number, number];
  readonly prices: readonly number[];
  /** How far the machine had come in what the outside gives: bytes of console input taken, and seconds of its clock. */
  readonly outside: OutsideProgress;
  /** What the caller wants to find again: the options of its command line. */
  readonly note: unknown;
}

/** Puts a snapshot together. @param frames numbers of the frames, in order. @param pageOf a frame's bytes. */
export function encodeSnapshot(
  header: SnapshotHeader,
  frames: readonly number[],
  pageOf: (frame: number) => Uint8Array,
): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = HEAD_BYTES + text.length;
  const end = start + frames.length * PAGE_BYTES;
  const bytes = new Uint8Array(end + NUMBER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(NAME + VERSION));
  view.setUint32(MAGIC_BYTES, text.length, true);
  view.setUint32(MAGIC_BYTES + NUMBER_BYTES, checksum(text), true);
  bytes.set(text, HEAD_BYTES);
  frames.forEach((frame, index) => {
    const at = start + index * PAGE_BYTES;
    view.setUint32(at, frame, true);
    bytes.set(pageOf(frame), at + NUMBER_BYTES);
  });
  view.setUint32(end, checksum(bytes.subarray(start, end)), true);
  return bytes;
}

/** Throws SnapshotError when bytes do not begin as a snapshot of this version does. Enough of them are 8. */
export function checkMagic(bytes: Uint8Array): void {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC_BYTES));
  if (magic === NAME + VERSION) return;
  const [, version] = /^PKSNAP(\d\d)$/.exec(magic) ?? [];
  if (version === undefined) throw new SnapshotError('it is not a snapshot of polykernel');
  throw new SnapshotError(
    `it is a snapshot of version ${version}, and this polykernel reads ${VERSION} only`,
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where the pages begin. Checks all lengths. */
function startOfPages(bytes: Uint8Array): number {
  checkMagic(bytes);
  if (bytes.length < HEAD_BYTES) throw new SnapshotError('it ends before its header');
  const length = viewOf(bytes).getUint32(MAGIC_BYTES, true);
  if (length > LONGEST_HEADER) throw new SnapshotError(`its header has ${length} bytes, which none has`);
  const start = HEAD_BYTES + length;
  if (start > bytes.length) throw new SnapshotError('it ends within its header');
  if (start + NUMBER_BYTES > bytes.length || (bytes.length - start - NUMBER_BYTES) % PAGE_BYTES !== 0)
    throw new SnapshotError('it ends within a page');
  return start;
}

/** A snapshot's header. Throws SnapshotError. */
export function headerIn(bytes: Uint8Array): SnapshotHeader {
  const text = bytes.subarray(HEAD_BYTES, startOfPages(bytes));
  if (checksum(text) !== viewOf(bytes).getUint32(MAGIC_BYTES + NUMBER_BYTES, true))
    throw new SnapshotError('its header is damaged: it does not match its checksum');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(text));
  } catch {
    throw new SnapshotError('its header is damaged: it is not JSON');
  }
  checkHeader(header);
  return header;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isList = (value: unknown, of: (member: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(of);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Text that can be shown in a message as it is. */
const isName = (value: unknown): boolean => typeof value === 'string' && /^[\x20-\x7e]{1,500}$/.test(value);
const isMemory = (value: unknown): boolean =>
  isCount(value) && value >= LEAST_MEMORY && value <= MOST_MEMORY && value % PAGE_SIZE === 0;
const isNumberFromZero = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;

const CHECKS: { readonly [field in keyof SnapshotHeader]: (value: unknown) => boolean } = {
  layout: isName,
  profile: isName,
  structure: isName,
  scheduler: isName,
  harts: (value) => isCount(value) && value >= 1 && value <= MOST_HARTS,
  memory: isMemory,
  modelTranslation: (value) => typeof value === 'boolean',
  fingerprints: (value) => isList(value, (member) => typeof member === 'string'),
  reservation: (value) => isList(value, isCount) && (value as readonly number[]).length === 2,
  prices: (value) => isList(value, isNumberFromZero),
  outside: (value) => isRecord(value) && isCount(value.input) && isNumberFromZero(value.seconds),
  note: () => true,
};

function checkHeader(header: unknown): asserts header is SnapshotHeader {
  if (!isRecord(header)) throw new SnapshotError('its header is damaged: it is no object');
  for (const [field, isGood] of Object.entries(CHECKS))
    if (!isGood(header[field]))
      throw new SnapshotError(`its header is damaged: ${field} is not what it can be`);
  const [address, width] = header.reservation as readonly [number, number];
  if (address >= (header.memory as number) || width > 8)
    throw new SnapshotError('its header is damaged: reservation lies outside of memory');
}

/** A snapshot's pages by frame number, all of them checked before the first is given. Throws SnapshotError. */
export function* pagesIn(bytes: Uint8Array, memory: number): Generator<readonly [number, Uint8Array]> {
  const start = startOfPages(bytes);
  const end = bytes.length - NUMBER_BYTES;
  const view = viewOf(bytes);
  if (checksum(bytes.subarray(start, end)) !== view.getUint32(end, true))
    throw new SnapshotError('its pages are damaged: they do not match their checksum');
  let before = -1;
  for (let at = start; at < end; at += PAGE_BYTES) {
    const frame = view.getUint32(at, true);
    if (frame >= memory / PAGE_SIZE)
      throw new SnapshotError(`it has a frame ${frame} beyond the end of memory`);
    if (frame <= before) throw new SnapshotError(`it has frame ${frame} behind frame ${before}`);
    before = frame;
  }
  for (let at = start; at < end; at += PAGE_BYTES)
    yield [view.getUint32(at, true), bytes.subarray(at + NUMBER_BYTES, at + PAGE_BYTES)];
}
