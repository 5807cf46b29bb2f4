#!/usr/bin/env node
/* Builds the user-level riscv-tests as programs for Linux riscv64, for `npm run riscv-tests -- DIRECTORY`:
 *
 *     node programs/riscv-tests-environment/build.mjs CHECKOUT DIRECTORY
 *
 * CHECKOUT is one of https://github.com/riscv-software-src/riscv-tests (its submodule is not needed: this folder has
 * an environment of its own). Needs riscv64-linux-gnu-gcc. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const COMPILER = 'riscv64-linux-gnu-gcc';
const SUITES = [
  'rv64ui',
  'rv64um',
  'rv64ua',
  'rv64uf',
  'rv64ud',
  'rv64uc',
  'rv64uzba',
  'rv64uzbb',
  'rv64uzbs',
];

const [checkout, out] = process.argv.slice(2);
if (checkout === undefined || out === undefined) {
  process.stderr.write('usage: build.mjs CHECKOUT DIRECTORY\n');
  process.exit(2);
}
const isa = join(checkout, 'isa');
if (!existsSync(join(isa, 'macros/scalar/test_macros.h'))) {
  process.stderr.write(`build.mjs: ${checkout} is no checkout of riscv-tests\n`);
  process.exit(2);
}
mkdirSync(out, { recursive: true });

function build(source, target) {
  const flags = [
    '-march=rv64gc_zba_zbb_zbs',
    '-mabi=lp64d',
    '-static',
    '-nostdlib',
    '-nostartfiles',
    '-mcmodel=medany',
  ];
  const link = [
    `-Wl,-T,${join(HERE, 'link.ld')}`,
    '-Wl,--build-id=none',
    '-Wl,--no-warn-rwx-segments',
    '-Wl,--strip-all',
  ];
  const paths = [`-I${HERE}`, `-I${join(isa, 'macros/scalar')}`];
  return (
    spawnSync(COMPILER, [...flags, ...paths, ...link, '-o', target, source], { stdio: 'inherit' }).status ===
    0
  );
}

let built = 0;
let failed = 0;
for (const suite of SUITES) {
  const folder = join(isa, suite);
  const sources = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.S')) : [];
  if (sources.length === 0) process.stderr.write(`build.mjs: there is no ${suite} in this checkout\n`);
  for (const source of sources.sort()) {
    if (build(join(folder, source), join(out, `${suite}-u-${basename(source, '.S')}`))) built += 1;
    else failed += 1;
  }
}
process.stdout.write(`${built} built, ${failed} failed\n`);
process.exitCode = failed > 0 || built === 0 ? 1 : 0;
