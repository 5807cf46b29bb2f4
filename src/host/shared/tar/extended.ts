/**
 * PAX extended headers: records `LENGTH KEY=VALUE\n` that override fields of the header that follows (POSIX.1-2017, pax).
 * Only what a file tree needs is taken; keys that say that a file is sparse are refused, others are left aside.
 */
import { bytesOf, keyOf } from '../names.ts';
import { type TarHeader, Unreadable } from './header.ts';

/** Overrides by key, values as keys of bytes. */
export type ExtendedRecords = ReadonlyMap<string, string>;

/** The keys that are kept; there being few of them, no archive can make a heap of records that each member carries. */
const KEYS = new Set(['path', 'linkpath', 'mtime', 'uid', 'gid', 'size']);
const SPARSE = 'GNU.sparse.';
const SPACE = 0x20;
const NEWLINE = 0x0a;

export function readExtended(bytes: Uint8Array): ExtendedRecords {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(SPACE, at);
    const digits = space < 0 ? '' : keyOf(bytes.subarray(at, space));
    if (!/^[1-9][0-9]{0,8}$/.test(digits)) throw new Unreadable('an extended record has no length');
    const end = at + Number(digits);
    if (end > bytes.length || end <= space + 1 || bytes[end - 1] !== NEWLINE)
      throw new Unreadable('an extended record has the wrong length');
    const body = keyOf(bytes.subarray(space + 1, end - 1));
    const equals = body.indexOf('=');
    if (equals <= 0) throw new Unreadable('an extended record has no key');
    const key = body.slice(0, equals);
    if (key.startsWith(SPARSE)) records.set(SPARSE, '');
    else if (KEYS.has(key)) records.set(key, body.slice(equals + 1));
    at = end;
  }
  return records;
}

function integer(key: string, value: string): number {
  const result = Number(value);
  if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(result))
    throw new Unreadable(`the extended header's ${key} is no size or number`);
  return result;
}

/** Seconds and nanoseconds of a decimal time; more digits than nine are cut off, towards earlier. */
function readTime(value: string): { seconds: number; nanoseconds: number } {
  const found = /^(-?)([0-9]+)(?:\.([0-9]*))?$/.exec(value);
  if (found === null || !Number.isSafeInteger(Number(found[2])))
    throw new Unreadable('the extended header has a time that is no decimal number');
  const seconds = Number(found[2]);
  const nanoseconds = Number((found[3] ?? '').slice(0, 9).padEnd(9, '0'));
  if (found[1] === '') return { seconds, nanoseconds };
  return nanoseconds === 0
    ? { seconds: 0 - seconds, nanoseconds }
    : { seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds };
}

/** A header with what extended headers and GNU long names say instead. */
export interface FullHeader extends TarHeader {
  readonly modifiedNanoseconds: number;
}

const NUMBERS = { uid: 'user', gid: 'group', size: 'size' } as const;

export function applyExtended(header: TarHeader, records: ExtendedRecords): FullHeader {
  const full = { ...header, modifiedNanoseconds: 0 };
  for (const [key, value] of records) {
    if (key === SPARSE) throw new Unreadable('sparse files in archives are not supported');
    if (key === 'path') full.name = value;
    else if (key === 'linkpath') full.linkName = value;
    else if (key === 'mtime') {
      const { seconds, nanoseconds } = readTime(value);
      full.modifiedSeconds = seconds;
      full.modifiedNanoseconds = nanoseconds;
    } else if (key in NUMBERS) full[NUMBERS[key as keyof typeof NUMBERS]] = integer(key, value);
  }
  return full;
}

/** Bytes of a name up to its first NUL, as GNU long names end. */
export function longName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return keyOf(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The bytes of a link's target. */
export function targetOf(header: TarHeader): Uint8Array {
  return bytesOf(header.linkName);
}
