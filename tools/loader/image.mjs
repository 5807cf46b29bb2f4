// Becomes dist/image.cjs, of which Node makes an image of the loaded command line (`node --build-snapshot`, see tools/image.mjs): modules,
// commands and generated functions are there when a process starts from it, and the code of whatever earlier runs have executed.
import { startupSnapshot } from 'node:v8';
import { load } from './load.mjs';

const { release } = load({
  folder: __dirname,
  require,
  start: (main) => startupSnapshot.setDeserializeMainFunction(main),
});
release();
