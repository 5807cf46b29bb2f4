// Loads dist/program.cjs, the bundled command line, with what earlier runs have kept beside it (kept.mjs).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keeping } from './kept.mjs';
import { lateRequire } from './modules.mjs';
import { keptScript } from './script.mjs';
import { keptTexts } from './texts.mjs';

/**
 * @param parts `folder`: where the program is; `require`: that of the process; `start`: is handed the program's main function.
 * @returns what keeps at the end of a run what the run has made: its texts, and V8's code; and what prepares for an image (texts.mjs).
 */
export function load({ folder, require, start }) {
  const program = join(folder, 'program.cjs');
  const bytes = readFileSync(program);
  const kept = keeping({ folder, program: bytes });
  const texts = keptTexts(kept);
  // The bundle is ASCII alone, which is read fastest so.
  const wrapped = `(function (require, __filename, Function, __kept, __start) {${bytes.latin1Slice()}\n})`;
  const script = keptScript(kept, wrapped, program);
  script.value(lateRequire(require), program, texts.Function, kept, start);
  return { keepTexts: texts.keep, keepCode: script.keep, release: texts.release };
}
