/**
 * One 512-byte header block of a tar archive: ustar (POSIX.1-2017, pax, 'ustar Interchange Format') with the extensions of
 * GNU tar for numbers (base 256). Sizes and times are checked here; names are bytes, as keys.
 */
import { keyOf } from '../names.ts';

export const BLOCK = 512;

/** Why an archive is refused, without its name and offset. */
export class Unreadable extends Error {}

export interface TarHeader {
  /** One character of the type flag; '0' for files, the old '\0' too. */
  readonly type: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  readonly size: number;
  readonly modifiedSeconds: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  user: [108, 8],
  group: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 6],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
} as const;

type FieldName = keyof typeof FIELDS;

function field(block: Uint8Array, name: FieldName): Uint8Array {
  const [start, length] = FIELDS[name];
  return block.subarray(start, start + length);
}

function text(block: Uint8Array, name: FieldName): string {
  const bytes = field(block, name);
  const end = bytes.indexOf(0);
  return keyOf(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A number in base 256: the first byte's top bit marks it, the rest is two's complement, most significant first. */
function binaryNumber(bytes: Uint8Array, name: FieldName): number {
  const first = bytes[0] as number;
  let value = (first & 0x40) !== 0 ? (first & 0x7f) - 0x80 : first & 0x7f;
  for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw new Unreadable(`its ${name} is too large`);
  return value;
}

/** A number in octal digits between blanks or zero bytes, none of them being 0; undefined when it is something else. */
function octal(bytes: Uint8Array): number | undefined {
  const digits = keyOf(bytes)
    .replace(/[\0 ]+$/, '')
    .replace(/^[\0 ]+/, '');
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function number(block: Uint8Array, name: FieldName): number {
  const bytes = field(block, name);
  if (((bytes[0] as number) & 0x80) !== 0) return binaryNumber(bytes, name);
  const value = octal(bytes);
  if (value === undefined) throw new Unreadable(`its ${name} is no octal number`);
  return value;
}

function unsigned(block: Uint8Array, name: FieldName): number {
  const value = number(block, name);
  if (value < 0) throw new Unreadable(`its ${name} is negative`);
  return value;
}

/**
 * Could this block be a header: does its checksum fit? It is the sum of the block's bytes with its own taken as spaces; some
 * old writers added signed bytes.
 */
export function looksLikeHeader(block: Uint8Array): boolean {
  const [start, length] = FIELDS.checksum;
  let plain = 32 * length;
  let signed = 32 * length;
  for (let index = 0; index < BLOCK; index++) {
    if (index >= start && index < start + length) continue;
    const byte = block[index] as number;
    plain += byte;
    signed += (byte << 24) >> 24;
  }
  const said = octal(field(block, 'checksum'));
  return said === plain || said === signed;
}

export function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads a header block. Throws Unreadable. */
export function readHeader(block: Uint8Array): TarHeader {
  if (!looksLikeHeader(block)) throw new Unreadable('this is no tar header (its checksum does not fit)');
  const type = String.fromCharCode(block[FIELDS.type[0]] as number);
  // The prefix is POSIX's only: GNU tar keeps other things there and marks its headers by spaces behind 'ustar'.
  const prefix = text(block, 'magic') === 'ustar' ? text(block, 'prefix') : '';
  const name = text(block, 'name');
  return {
    type: type === '\0' ? '0' : type,
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: text(block, 'linkName'),
    mode: unsigned(block, 'mode') & 0o7777,
    user: unsigned(block, 'user'),
    group: unsigned(block, 'group'),
    size: unsigned(block, 'size'),
    modifiedSeconds: number(block, 'modified'),
    deviceMajor: unsigned(block, 'deviceMajor'),
    deviceMinor: unsigned(block, 'deviceMinor'),
  };
}
