// Becomes dist/cli.js: runs dist/program.cjs, the bundled command line, with what earlier runs have kept beside it (kept.mjs).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { keeping } from './kept.mjs';
import { lateRequire } from './modules.mjs';
import { keptScript } from './script.mjs';
import { keptTexts } from './texts.mjs';

// V8 takes what was compiled under the same flags only, and the program sets these (src/host/node/engine-features.ts).
if (Number.parseInt(process.versions.node, 10) <= 20)
  setFlagsFromString('--experimental-wasm-relaxed-simd --experimental-wasm-branch-hinting');
// Code that was only needed at the start stays, so that it is in what is kept.
setFlagsFromString('--no-flush-bytecode');
// Functions are optimised when they have been executed a while longer than usual.
setFlagsFromString('--interrupt-budget=250000');
// What V8 inlines into a function it compiles once more there: less of it leaves a twentieth of a run's instructions away.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
// WebAssembly is optimised when so many bytes of it have been executed, ten times as late as usual: a program that ends within some
// milliseconds needs no optimised interpreter, whose compiling would be waited for at the exit.
setFlagsFromString('--wasm-tiering-budget=20000000');

const folder = dirname(fileURLToPath(import.meta.url));
const program = join(folder, 'program.cjs');
const bytes = readFileSync(program);
const kept = keeping({ folder, program: bytes });
const texts = keptTexts(kept);
// The bundle is ASCII alone, which is read fastest so.
const wrapped = `(function (require, __filename, Function, __kept) {${bytes.latin1Slice()}\n})`;
const script = keptScript(kept, wrapped, program);
process.once('exit', () => {
  script.keep(texts.keep());
});
script.value(lateRequire(createRequire(program)), program, texts.Function, kept);
