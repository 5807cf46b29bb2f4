// Becomes dist/cli.js: runs the bundled command line.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { FLAGS } from './flags.mjs';
import { load } from './load.mjs';

for (const flag of FLAGS) setFlagsFromString(flag);

const starting = [];
const { keepTexts, keepCode } = load({
  folder: dirname(fileURLToPath(import.meta.url)),
  require: createRequire(import.meta.url),
  start: (main) => starting.push(main),
});
// What is compiled to machine code at once would be so at once whenever the image starts too (tools/image.mjs). Code is kept under the usual
// flags.
const isLearning = process.env.POLYKERNEL_LEARN === '1';
if (isLearning) setFlagsFromString('--no-sparkplug');
process.once('exit', () => {
  if (isLearning) setFlagsFromString('--sparkplug');
  keepCode(keepTexts());
});
for (const main of starting) main();
