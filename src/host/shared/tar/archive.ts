/**
 * The members of a tar archive, one after another, with their extended headers and long names applied.
 *
 * Nothing of an archive is trusted: every offset is checked against the archive's end, every name against Linux's limits.
 * What cannot be read ends in an ArchiveError that names archive, offset and reason; nothing else is thrown.
 */
import type { ByteSource } from '../byte-source.ts';
import { LONGEST_NAME, LONGEST_PATH, namesAlong, textOf } from '../names.ts';
import { applyExtended, type ExtendedRecords, type FullHeader, longName, readExtended } from './extended.ts';
import { BLOCK, isZero, looksLikeHeader, readHeader, Unreadable } from './header.ts';

/** An archive that cannot be read. */
export class ArchiveError extends Error {
  readonly archive: string;
  /** Byte offset of the header concerned. */
  readonly offset: number;
  readonly reason: string;
  constructor(archive: string, offset: number, reason: string) {
    super(`${archive}: at byte ${offset}: ${reason}`);
    this.archive = archive;
    this.offset = offset;
    this.reason = reason;
  }
}

export interface Member {
  readonly header: FullHeader;
  /** Offset of its header block and of its content. */
  readonly offset: number;
  readonly start: number;
}

/** Bytes that an extended header may have at most: they are read whole. */
const LONGEST_EXTENSION = 1 << 20;

const EXTENSIONS = new Set(['x', 'X', 'g', 'L', 'K']);
/** Types that have content whose length is `size`; the others have none, whatever they say. */
const WITHOUT_CONTENT = new Set(['2', '3', '4', '5', '6']);
const REFUSED: { readonly [type: string]: string } = {
  S: 'sparse files in archives are not supported',
  M: 'it goes on in another volume, which is not supported',
  D: 'it is of an incremental dump, which is not supported',
};

/** What has been said of the member to come. */
interface Pending {
  global: ExtendedRecords;
  local: ExtendedRecords;
  longName: string | undefined;
  longLink: string | undefined;
}

function block(source: ByteSource, offset: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  if (source.read(offset, bytes) < BLOCK) throw new Unreadable('the archive ends in the middle of a header');
  return bytes;
}

function content(source: ByteSource, start: number, size: number): Uint8Array {
  if (size > LONGEST_EXTENSION) throw new Unreadable(`an extended header of ${size} bytes is too long`);
  const bytes = new Uint8Array(size);
  if (source.read(start, bytes) < size) throw new Unreadable('the archive ends in the middle of a header');
  return bytes;
}

function note(pending: Pending, type: string, bytes: Uint8Array): void {
  if (type === 'L') pending.longName = longName(bytes);
  else if (type === 'K') pending.longLink = longName(bytes);
  else if (type === 'g') pending.global = new Map([...pending.global, ...readExtended(bytes)]);
  else pending.local = readExtended(bytes);
}

function checkName(path: string, what: string): void {
  if (path.length > LONGEST_PATH) throw new Unreadable(`its ${what} is longer than ${LONGEST_PATH} bytes`);
  if (path.includes('\0')) throw new Unreadable(`its ${what} has a zero byte in it`);
}

function checkPath(path: string, what: string): void {
  checkName(path, what);
  for (const name of namesAlong(path)) {
    if (name === '..') throw new Unreadable(`its ${what} leads upwards by '..'`);
    if (name.length > LONGEST_NAME)
      throw new Unreadable(`its ${what} has a part of more than ${LONGEST_NAME} bytes`);
  }
}

/** Some writers give a hard link a size without content: then a header, or the end, follows at once. */
function linkHasContent(source: ByteSource, start: number): boolean {
  if (start + BLOCK > source.length) return false;
  const next = block(source, start);
  return !isZero(next) && !looksLikeHeader(next);
}

function complete(source: ByteSource, raw: FullHeader, start: number): FullHeader {
  const refusal = REFUSED[raw.type];
  if (refusal !== undefined) throw new Unreadable(refusal);
  if (!/^[0-7V]$/.test(raw.type))
    throw new Unreadable(`it is of an unknown type (${JSON.stringify(raw.type)})`);
  checkPath(raw.name, 'name');
  if (raw.type === '1') checkPath(raw.linkName, 'link');
  if (raw.type === '2') checkName(raw.linkName, 'link');
  const empty =
    WITHOUT_CONTENT.has(raw.type) || (raw.type === '1' && raw.size > 0 && !linkHasContent(source, start));
  const size = empty ? 0 : raw.size;
  if (start + size > source.length) throw new Unreadable('the archive ends in the middle of a file');
  return { ...raw, size };
}

/** Characters of a name that a refusal shows. */
const SHOWN = 60;

/** A member's name for people: quoted, on one line, not longer than can be read. */
export function entryName(key: string): string {
  const text = textOf(key.slice(0, SHOWN));
  return `entry ${JSON.stringify(text)}${key.length > SHOWN ? '...' : ''}`;
}

/** Runs `read`, telling of what cannot be read with the member's name. */
function ofEntry<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) throw new Unreadable(`${entryName(name)}: ${error.message}`);
    throw error;
  }
}

/** Reads the header at `offset`: a member, or undefined for an extension, which is noted; and where the next one is. */
function readAt(
  source: ByteSource,
  offset: number,
  pending: Pending,
): { member: Member | undefined; next: number } {
  const header = readHeader(block(source, offset));
  const start = offset + BLOCK;
  if (EXTENSIONS.has(header.type)) {
    note(pending, header.type, content(source, start, header.size));
    return { member: undefined, next: start + Math.ceil(header.size / BLOCK) * BLOCK };
  }
  const named = {
    ...header,
    name: pending.longName ?? header.name,
    linkName: pending.longLink ?? header.linkName,
  };
  const records = new Map([...pending.global, ...pending.local]);
  const full = ofEntry(records.get('path') ?? named.name, () =>
    complete(source, applyExtended(named, records), start),
  );
  pending.local = new Map();
  pending.longName = undefined;
  pending.longLink = undefined;
  const next = start + Math.ceil(full.size / BLOCK) * BLOCK;
  return { member: { header: full, offset, start }, next };
}

/** Runs `read`, telling of what cannot be read with archive and offset. */
function locating<T>(archive: string, offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) throw new ArchiveError(archive, offset, error.message);
    throw error;
  }
}

/** The members of an archive in order. It ends at a block of zeros or, as with some writers, where its bytes end. */
export function* members(source: ByteSource, archive: string): Generator<Member> {
  if (source.length < BLOCK) throw new ArchiveError(archive, 0, 'it is too short to be a tar archive');
  const pending: Pending = {
    global: new Map(),
    local: new Map(),
    longName: undefined,
    longLink: undefined,
  };
  for (let offset = 0; offset < source.length; ) {
    const found = locating(archive, offset, () =>
      isZero(block(source, offset)) ? undefined : readAt(source, offset, pending),
    );
    if (found === undefined) return;
    if (found.member !== undefined) yield found.member;
    offset = found.next;
  }
}
