/**
 * The program of a server: a fixed, static RISC-V ELF executable, as it is laid into an address space at boot.
 *
 * It comes with the system, as the kernel does, and not from a file that anybody may have written: what is wrong with it is an
 * Error, at the first request to its server. Source: System V ABI (gABI 4.1), RISC-V ELF psABI.
 */
const MAGIC = 0x7f45_4c46;
const MACHINE_RISCV = 243;
const SEGMENT_LOAD = 1;
const FLAGS = { execute: 1, write: 2, read: 4 } as const;

export interface ImageSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly memorySize: number;
  /** Page rights: 1 read, 2 write, 4 execute. */
  readonly rights: number;
}

export interface ServerImage {
  readonly entry: number;
  readonly segments: readonly ImageSegment[];
}

function wide(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function rightsOf(flags: number): number {
  const read = (flags & FLAGS.read) !== 0 ? 1 : 0;
  const write = (flags & FLAGS.write) !== 0 ? 2 : 0;
  return read | write | ((flags & FLAGS.execute) !== 0 ? 4 : 0);
}

/** Throws an Error that says what is wrong. */
export function readImage(program: Uint8Array): ServerImage {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  if (view.byteLength < 64 || view.getUint32(0) !== MAGIC || view.getUint16(18, true) !== MACHINE_RISCV)
    throw new Error('the program of a server is not a RISC-V executable');
  const headers = wide(view, 32);
  const size = view.getUint16(54, true);
  const segments: ImageSegment[] = [];
  for (let index = 0; index < view.getUint16(56, true); index++) {
    const at = headers + index * size;
    if (view.getUint32(at, true) !== SEGMENT_LOAD) continue;
    const offset = wide(view, at + 8);
    segments.push({
      address: wide(view, at + 16),
      bytes: program.subarray(offset, offset + wide(view, at + 32)),
      memorySize: wide(view, at + 40),
      rights: rightsOf(view.getUint32(at + 4, true)),
    });
  }
  return { entry: wide(view, 24), segments };
}
