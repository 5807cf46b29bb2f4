/* Builds programs/vdso and puts its page into src/linux/vdso/image.ts, where the system takes it from.
 *
 *     node programs/vdso.mjs
 *
 * The same compiler gives the same text anywhere; a test compares. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const PREFIX = 'riscv64-linux-gnu-';
const IMAGE = join(HERE, '../src/linux/vdso/image.ts');

const FLAGS = [
  '-std=gnu17',
  '-O2',
  '-march=rv64gc',
  '-mabi=lp64d',
  '-fPIC',
  '-ffreestanding',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-unwind-tables',
  '-fno-ident',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-shared',
  '-nostdlib',
  '-nostartfiles',
  '-Wl,-T,vdso.lds',
  '-Wl,--hash-style=both',
  '-Wl,-soname=linux-vdso.so.1',
  '-Wl,--build-id=none',
  '-Wl,-z,noexecstack',
  '-Wl,-z,max-page-size=4096',
];

/* Bytes of the ELF header that tell of section headers, which the page leaves out. */
const SECTION_FIELDS = [
  [0x28, 8],
  [0x3c, 4],
];

const run = (command, ...args) =>
  execFileSync(command, args, { cwd: join(HERE, 'vdso'), stdio: ['ignore', 'pipe', 'inherit'] }).toString();

function build(object) {
  run(`${PREFIX}gcc`, ...FLAGS, 'vdso.c', '-o', object);
  const symbols = new Map(
    run(`${PREFIX}nm`, object)
      .split('\n')
      .map((line) => line.split(' '))
      .map(([value = '', , name = '']) => [name, Number.parseInt(value, 16)]),
  );
  const [, size = ''] =
    /LOAD +0x0+ 0x0+ 0x0+ (0x[0-9a-f]+)/.exec(run(`${PREFIX}readelf`, '-Wl', object)) ?? [];
  const page = Buffer.from(readFileSync(object).subarray(0, Number(size)));
  for (const [at, length] of SECTION_FIELDS) page.fill(0, at, at + length);
  return { page, symbols };
}

/** The text of src/linux/vdso/image.ts. */
export function imageText() {
  const folder = mkdtempSync(join(tmpdir(), 'vdso-'));
  try {
    const { page, symbols } = build(join(folder, 'vdso.so'));
    const words = Array.from({ length: page.length / 4 }, (_, index) => page.readUInt32LE(index * 4));
    const hexadecimal = words.map((word) => `0x${word.toString(16).padStart(8, '0')}`);
    const lines = [];
    for (let at = 0; at < hexadecimal.length; at += 9)
      lines.push(`  ${hexadecimal.slice(at, at + 9).join(', ')},`);
    return `/** The page of programs/vdso, as its build puts it here: node programs/vdso.mjs. */

/** Where handlers return to, from the page's start. */
export const SIGNAL_RETURN_OFFSET = 0x${symbols.get('__vdso_rt_sigreturn').toString(16)};
/** What the system fills in: three integers of 64 bits, see page.ts. */
export const CLOCK_OFFSET = 0x${symbols.get('clock').toString(16)};

// biome-ignore format: a table of words
export const IMAGE: readonly number[] = [
${lines.join('\n')}
];
`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] && statSync(process.argv[1]).ino === statSync(fileURLToPath(import.meta.url)).ino)
  writeFileSync(IMAGE, imageText());
