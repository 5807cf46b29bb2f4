/**
 * Reading ELF executables: 64-bit little-endian RISC-V programs, fixed or position-independent, static or with an interpreter.
 *
 * Pure functions of the file's first bytes; every number is checked before it is used, since the file may be anything.
 * Source: System V ABI (gABI 4.1), RISC-V ELF psABI.
 */
import { PAGE_SIZE } from '../../contracts/units.ts';

/** Bytes of a file that its headers must lie in, as in Linux (BINPRM_BUF_SIZE is 256; program headers are read beyond it). */
export const HEADER_BYTES = PAGE_SIZE;
/** User addresses end here: 47 bits. */
export const USER_END = 2 ** 47;

const TYPE_EXECUTABLE = 2;
const TYPE_SHARED = 3;
const MACHINE_RISCV = 243;
const SEGMENT_LOAD = 1;
const SEGMENT_INTERPRETER = 3;
const HEADER_SIZE = 64;
const SEGMENT_SIZE = 56;
const MOST_SEGMENTS = 64;

export interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  /** Bits as in the file: 1 execute, 2 write, 4 read. */
  readonly flags: number;
}

export interface Executable {
  /** Addresses are relative to a base of the loader's choice. */
  readonly relocatable: boolean;
  readonly entry: number;
  readonly segments: readonly Segment[];
  /** Where its program headers lie in memory, and how many there are. */
  readonly headersAddress: number;
  readonly headerCount: number;
  /** Place of the interpreter's path in the file. */
  readonly interpreter: { readonly offset: number; readonly length: number } | undefined;
}

/** Why a file is no program: ENOEXEC of execve(2), ELIBBAD if it is an interpreter. */
export class ElfError extends Error {}

/** Why a program cannot be loaded. Linux finds this only when the old program has gone, and ends the process by SIGSEGV. */
export class ElfLoadError extends ElfError {}

function wide(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
}

/** Does the file begin as an ELF file does? */
export function isElf(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46
  );
}

function checkHeader(view: DataView): void {
  if (view.byteLength < HEADER_SIZE) throw new ElfError('the file is shorter than an ELF header');
  if (view.getUint8(4) !== 2) throw new ElfError('it is not a 64-bit program');
  if (view.getUint8(5) !== 1) throw new ElfError('it is not little-endian');
  if (view.getUint16(18, true) !== MACHINE_RISCV) throw new ElfError('it is not for RISC-V');
  const type = view.getUint16(16, true);
  if (type !== TYPE_EXECUTABLE && type !== TYPE_SHARED) throw new ElfError('it is not an executable');
  if (view.getUint16(54, true) !== SEGMENT_SIZE)
    throw new ElfError('its program headers have an unknown size');
}

function readSegment(view: DataView, at: number): Segment {
  const segment = {
    flags: view.getUint32(at + 4, true),
    offset: wide(view, at + 8),
    address: wide(view, at + 16),
    fileSize: wide(view, at + 32),
    memorySize: wide(view, at + 40),
  };
  if (segment.fileSize > segment.memorySize)
    throw new ElfLoadError('a segment is larger in the file than in memory');
  if (segment.address + segment.memorySize > USER_END)
    throw new ElfLoadError('a segment lies beyond user addresses');
  if (segment.offset % PAGE_SIZE !== segment.address % PAGE_SIZE)
    throw new ElfLoadError('a segment is not aligned to its place in the file');
  return segment;
}

function checkOrder(segments: readonly Segment[]): void {
  let end = 0;
  for (const { address, memorySize } of segments) {
    if (address < end) throw new ElfLoadError('its segments overlap or are out of order');
    end = address + memorySize;
  }
}

/** Parses the headers in a file's first bytes (at least HEADER_BYTES, or the whole file). Throws ElfError. */
export function parseElf(bytes: Uint8Array): Executable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkHeader(view);
  const count = view.getUint16(56, true);
  const start = wide(view, 32);
  if (count === 0 || count > MOST_SEGMENTS) throw new ElfError(`it has ${count} program headers`);
  if (start + count * SEGMENT_SIZE > bytes.length)
    throw new ElfError('its program headers are not near its start');
  const segments: Segment[] = [];
  let interpreter: Executable['interpreter'];
  let headersAddress = 0;
  for (let index = 0; index < count; index++) {
    const at = start + index * SEGMENT_SIZE;
    const type = view.getUint32(at, true);
    if (type === SEGMENT_INTERPRETER)
      interpreter ??= { offset: wide(view, at + 8), length: wide(view, at + 32) };
    if (type !== SEGMENT_LOAD) continue;
    const segment = readSegment(view, at);
    if (start >= segment.offset && start < segment.offset + segment.fileSize)
      headersAddress = segment.address + (start - segment.offset);
    if (segment.memorySize > 0) segments.push(segment);
  }
  if (interpreter && !(interpreter.length >= 2 && interpreter.length <= PAGE_SIZE))
    throw new ElfError('its interpreter has no proper name');
  if (segments.length === 0) throw new ElfLoadError('it has nothing to load');
  checkOrder(segments);
  const entry = wide(view, 24);
  if (entry >= USER_END) throw new ElfLoadError('its entry point is no user address');
  const relocatable = view.getUint16(16, true) === TYPE_SHARED;
  return { relocatable, entry, segments, headersAddress, headerCount: count, interpreter };
}

/** First address and length of the pages that an executable's segments cover. */
export function extentOf(executable: Executable): { start: number; length: number } {
  const first = executable.segments[0] as Segment;
  const last = executable.segments.at(-1) as Segment;
  const start = Math.floor(first.address / PAGE_SIZE) * PAGE_SIZE;
  return { start, length: Math.ceil((last.address + last.memorySize - start) / PAGE_SIZE) * PAGE_SIZE };
}

/** The `#!` line of a script: interpreter and at most one argument; undefined when there is none. */
export function parseScript(
  bytes: Uint8Array,
): { interpreter: Uint8Array; argument: Uint8Array | undefined } | undefined {
  if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return undefined;
  const limit = Math.min(bytes.length, SCRIPT_LINE);
  let end = bytes.subarray(0, limit).indexOf(0x0a);
  if (end < 0) end = limit;
  const line = bytes.subarray(2, end);
  const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;
  let from = 0;
  let to = line.length;
  const nul = line.indexOf(0);
  if (nul >= 0) to = nul;
  while (from < to && isBlank(line[from])) from++;
  while (to > from && isBlank(line[to - 1])) to--;
  if (from === to) return undefined;
  let split = from;
  while (split < to && !isBlank(line[split])) split++;
  let rest = split;
  while (rest < to && isBlank(line[rest])) rest++;
  return {
    interpreter: line.slice(from, split),
    argument: rest < to ? line.slice(rest, to) : undefined,
  };
}

/** Bytes of a script that its first line must lie in (BINPRM_BUF_SIZE). */
const SCRIPT_LINE = 256;
