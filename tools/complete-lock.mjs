// Completes package-lock.json: `node tools/complete-lock.mjs` (with --check it only looks, and fails).
// Packages with native parts name one optional package per operating system and processor. Where the registry
// at hand does not serve them all, `npm install` leaves the others out of the lock, and then `npm ci` refuses
// the lock everywhere. This adds the missing ones by the version their parent pins, with the system and
// processor that their names say; what npm then lacks is their checksum, which it takes when it first sees them.
import { readFileSync, writeFileSync } from 'node:fs';

const systems = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Where a package at `path` finds its dependency `name` in the lock, or undefined. */
function find(packages, path, name) {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (base === '') return undefined;
  }
}

/** The lock's entry for a native package that its registry did not describe. Throws when its name says too little. */
function entryFor(name, version, parent) {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`cannot tell the system of ${name}@${version}; add it to the lock by hand`);
  }
  const musl = words.some((word) => word.startsWith('musl'));
  const libc = os === 'linux' ? { libc: [musl ? 'musl' : 'glibc'] } : {};
  const dev = parent.dev ? { dev: true } : {};
  return { version, cpu: [cpu], ...dev, ...libc, optional: true, os: [os] };
}

/** Entries that packages of the lock name as optional and the lock does not have. */
function missingEntries(packages) {
  const missing = {};
  for (const [path, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (find(packages, path, name) !== undefined) continue;
      missing[`node_modules/${name}`] = entryFor(name, version, parent);
    }
  }
  return missing;
}

const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingEntries(lock.packages);
const names = Object.keys(missing);
if (names.length > 0 && process.argv.includes('--check')) {
  process.stdout.write(`package-lock.json lacks, so that 'npm ci' refuses it:\n  ${names.join('\n  ')}\n`);
  process.stdout.write('run: node tools/complete-lock.mjs\n');
  process.exitCode = 1;
} else if (names.length > 0) {
  const entries = Object.entries({ ...lock.packages, ...missing });
  entries.sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(
    file,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, undefined, 2)}\n`,
  );
  process.stdout.write(`added ${names.length} entries\n`);
}
