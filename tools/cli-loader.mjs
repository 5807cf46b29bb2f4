// Becomes dist/cli.js: runs dist/program.cjs, the bundled command line, and keeps what V8 has compiled of it beside it, so that
// the next start need not compile it again. The name of what is kept says of which bundle it is; V8 itself rejects what another
// version of it has made. Where nothing can be written, every start compiles.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const folder = dirname(fileURLToPath(import.meta.url));
const program = join(folder, 'program.cjs');
const { size, mtimeMs } = statSync(program);
const kept = `program.${size}-${Math.round(mtimeMs)}.compiled`;

function read() {
  try {
    return readFileSync(join(folder, kept));
  } catch {
    return undefined; // Nothing is kept yet.
  }
}

/** Keeps what is compiled by now, which is what a start needs, and drops what was kept of other bundles. */
function keep(script) {
  try {
    const temporary = join(folder, `.${kept}.${process.pid}`);
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, join(folder, kept));
    for (const name of readdirSync(folder))
      if (/^program\..*\.compiled$/.test(name) && name !== kept) rmSync(join(folder, name), { force: true });
  } catch {
    // A folder that cannot be written to: it only takes longer.
  }
}

// V8 takes what was compiled under the same flags only, and the program sets this one (src/host/node/engine-features.ts).
if (Number.parseInt(process.versions.node, 10) <= 20)
  setFlagsFromString('--experimental-wasm-relaxed-simd --experimental-wasm-branch-hinting');

const cachedData = read();
const source = readFileSync(program, 'utf8');
const script = new Script(`(function (require, __filename) {${source}\n})`, {
  filename: program,
  ...(cachedData === undefined ? {} : { cachedData }),
});
if (cachedData === undefined || script.cachedDataRejected) process.once('exit', () => keep(script));
script.runInThisContext()(createRequire(import.meta.url), program);
