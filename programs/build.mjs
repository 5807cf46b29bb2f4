#!/usr/bin/env node
/* Builds every guest program into programs/prebuilt, and the manifest that says what is there.
 *
 *     node programs/build.mjs [--out DIRECTORY]
 *
 * Needs riscv64-linux-gnu-gcc. The result depends on the sources and the compiler only: no time, build id or
 * path of the building machine enters it, so that the same compiler gives the same bytes anywhere. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const PREFIX = 'riscv64-linux-gnu-';
const COMPILER = `${PREFIX}gcc`;

const FLAGS = [
  '-std=gnu17',
  '-O2',
  '-march=rv64gc',
  '-mabi=lp64d',
  '-mcmodel=medlow',
  '-nostdinc',
  '-Iinclude',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-parentheses',
  '-ffunction-sections',
  '-fdata-sections',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-unwind-tables',
  '-fno-ident',
  '-fno-math-errno',
];
/* The library defines malloc and memcpy: the compiler must not turn their bodies into calls of themselves. */
const LIBRARY_FLAGS = ['-fno-builtin'];
const FIXED = { compile: ['-fno-pie'], link: ['-static', '-no-pie'], start: 'lib/start/start.S' };
const MOVABLE = {
  compile: ['-fPIC', '-ftls-model=initial-exec'],
  link: ['-static-pie', '-Wl,--no-dynamic-linker', '-Wl,-z,text'],
  start: 'lib/start/start_pie.S',
};
const LINK_FLAGS = [
  '-nostdlib',
  '-nostartfiles',
  '-Wl,--gc-sections',
  '-Wl,--build-id=none',
  '-Wl,-z,noexecstack',
  '-Wl,-z,norelro',
  '-Wl,--strip-all',
];
/* Programs that are linked position-independent, to exercise self-relocation. */
const MOVABLE_PROGRAMS = new Set(['hello-pie']);
/* Names under which a program is installed a second time. */
const LINKS = { '[': 'test' };

const run = (command, ...args) =>
  execFileSync(command, args, { cwd: HERE, stdio: ['ignore', 'pipe', 'inherit'] }).toString();

/** Every file below a folder of programs/, as sorted paths relative to programs/. */
export function filesBelow(folder) {
  return readdirSync(join(HERE, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

const isCode = (path) => /\.[cS]$/.test(path);

/** One digest over the names and contents of everything that the programs are made from. */
export function sourceDigest() {
  const digest = createHash('sha256');
  for (const path of [
    ...filesBelow('include'),
    ...filesBelow('lib'),
    ...filesBelow('bin'),
    ...filesBelow('tests'),
    ...filesBelow('demos'),
    ...filesBelow('hostile'),
    ...filesBelow('native'),
    ...filesBelow('servers'),
    ...filesBelow('kernels'),
  ])
    if (/\.[chS]$/.test(path))
      digest
        .update(`${path}\0`)
        .update(readFileSync(join(HERE, path)))
        .update('\0');
  return digest.digest('hex');
}

export function compilerVersion() {
  return run(COMPILER, '--version').split('\n')[0].trim();
}

/** Compiles sources to objects; returns the objects' paths. */
function compile(sources, folder, modeFlags) {
  mkdirSync(folder, { recursive: true });
  const builtins = run(COMPILER, '-print-file-name=include').trim();
  return sources.map((source) => {
    const object = join(folder, `${source.replaceAll('/', '_')}.o`);
    run(COMPILER, ...FLAGS, ...modeFlags, '-isystem', builtins, '-c', source, '-o', object);
    return object;
  });
}

/** Compiles the library for one way of linking. */
function buildLibrary(folder, way) {
  const starts = [FIXED.start, MOVABLE.start];
  const sources = filesBelow('lib').filter((path) => isCode(path) && !starts.includes(path));
  const archive = join(folder, 'libguest.a');
  run(`${PREFIX}ar`, 'rcsD', archive, ...compile(sources, folder, [...LIBRARY_FLAGS, ...way.compile]));
  const [start] = compile([way.start], folder, []);
  return { archive, start, way };
}

/** The programs of a folder: NAME.c, or NAME/ with several files. Files beginning with _ are shared parts. */
function programsIn(folder) {
  return readdirSync(join(HERE, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || (isCode(entry.name) && !entry.name.startsWith('_')))
    .filter((entry) => entry.name !== 'expected')
    .map((entry) => ({
      name: basename(entry.name, '.c'),
      sources: entry.isDirectory()
        ? filesBelow(`${folder}/${entry.name}`).filter(isCode)
        : [`${folder}/${entry.name}`],
      isServer: folder === 'servers',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function buildProgram(program, shared, library, folder, output) {
  const objects = compile([...program.sources, ...shared], folder, library.way.compile);
  run(
    COMPILER,
    ...library.way.link,
    ...LINK_FLAGS,
    // A server has no Linux under it: its own start is among its sources.
    ...(program.isServer ? [] : [library.start]),
    ...objects,
    library.archive,
    '-lgcc',
    '-o',
    output,
  );
  const bytes = readFileSync(output);
  return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Builds everything into `out`; returns the manifest. */
export function buildAll(out) {
  const scratch = mkdtempSync(join(tmpdir(), 'guest-programs-'));
  try {
    const fixed = buildLibrary(join(scratch, 'fixed'), FIXED);
    const movable = buildLibrary(join(scratch, 'movable'), MOVABLE);
    const manifest = { compiler: compilerVersion(), sources: sourceDigest(), links: LINKS, programs: {} };
    for (const folder of ['bin', 'tests', 'demos', 'hostile', 'native', 'servers', 'kernels']) {
      mkdirSync(join(out, folder), { recursive: true });
      const shared = filesBelow(folder).filter((path) => isCode(path) && basename(path).startsWith('_'));
      for (const program of programsIn(folder)) {
        const library = MOVABLE_PROGRAMS.has(program.name) ? movable : fixed;
        const path = `${folder}/${program.name}`;
        manifest.programs[path] = buildProgram(
          program,
          shared,
          library,
          join(scratch, path),
          join(out, path),
        );
      }
    }
    writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (process.argv[1] && statSync(process.argv[1]).ino === statSync(fileURLToPath(import.meta.url)).ino) {
  const at = process.argv.indexOf('--out');
  const out = at > 0 ? process.argv[at + 1] : join(HERE, 'prebuilt');
  const manifest = buildAll(out);
  const sizes = Object.values(manifest.programs).map((program) => program.size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    `${sizes.length} programs, ${total} bytes, largest ${Math.max(...sizes)}, ${manifest.compiler}`,
  );
}
