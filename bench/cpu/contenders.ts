/** Who runs a guest program: polykernel's engines, QEMU's user mode on the same file, and the host's processor on the same source. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Contender, isThere } from '../measure.ts';
import type { Setting } from '../setting.ts';

export const QEMU = 'qemu-riscv64-static';
const COMPILER = 'gcc';
const TRANSLATED = ['--engine', 'translator'];

/** A program of ours by polykernel, for the first time and with what an earlier run has kept: its path in the guest, and options. */
export function ours(
  { ours: polykernel }: Setting,
  command: readonly string[],
  options: readonly string[] = [],
): Contender[] {
  const run = [...polykernel, 'run', ...options, ...TRANSLATED];
  return [
    { name: 'polykernel', command: [...run, '--no-kept', '--', ...command] },
    { name: 'polykernel again', command: [...run, '--', ...command], isAgain: true },
    { name: 'polykernel, TLB on', command: [...run, '--no-kept', '--tlb', 'on', '--', ...command] },
  ];
}

/** The same program under QEMU, if it is there. */
export function underQemu(command: readonly string[]): Contender[] {
  return isThere(QEMU) ? [{ name: 'qemu-riscv64', command: [QEMU, ...command] }] : [];
}

/** A C program below programs/, compiled for the host as the guest's is, if there is a compiler. */
export function native({ sources }: Setting, path: string, args: readonly string[]): Contender[] {
  if (!isThere(COMPILER)) return [];
  const folder = join(sources, '../.cache/bench');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, basename(path, '.c'));
  execFileSync(COMPILER, ['-O2', '-fno-math-errno', join(sources, path), '-o', program, '-lm']);
  return [{ name: 'native, gcc -O2', command: [program, ...args] }];
}
