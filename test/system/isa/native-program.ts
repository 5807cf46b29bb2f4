/** Compiles a C program of this folder for riscv64 and runs it under QEMU's user mode. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILER = 'riscv64-linux-gnu-gcc';
const QEMU = 'qemu-riscv64-static';
const TIMEOUT = 120_000;
const LARGEST_OUTPUT = 1 << 28;

/** Runs a program on its standard input, to its standard output. Throws if a tool is missing or the program fails. */
export function runUnderQemu(source: string, input: Uint8Array): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'polykernel-isa-'));
  try {
    const program = join(folder, 'program');
    const path = fileURLToPath(new URL(source, import.meta.url));
    execFileSync(COMPILER, ['-O2', '-static', '-Wl,--no-relax', '-Wall', '-Werror', path, '-o', program], {
      timeout: TIMEOUT,
    });
    return execFileSync(QEMU, [program], { input, maxBuffer: LARGEST_OUTPUT, timeout: TIMEOUT });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
