// The launcher as Node runs it, when ./polykernel finds no image (see there). Runs dist/cli.js in this same process; in a source tree it
// first installs the dependencies and builds when something the bundle is made of is newer. An installed package has no src and just runs.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeImage } from './image.mjs';

// Node has already resolved symbolic links: this is the file's real place.
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, 'dist/cli.js');
/** What the bundle is made of. */
const SOURCES = ['src', 'package-lock.json', 'tools/build.mjs', 'tools/loader'];

/** Whether anything under `path` (folders too: they change when a file goes) is newer than `time`. */
function isNewer(path, time) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return false;
  if (status.mtimeMs > time) return true;
  return status.isDirectory() && readdirSync(path).some((name) => isNewer(`${path}/${name}`, time));
}

function isStale() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs;
  return built === undefined || SOURCES.some((path) => isNewer(join(root, path), built));
}

async function build() {
  const { ensureInstalled } = await import(pathToFileURL(join(root, 'tools/ensure-installed.mjs')).href);
  ensureInstalled(root);
  const builder = await import(pathToFileURL(join(root, 'tools/build.mjs')).href);
  try {
    await builder.buildCli(root);
  } catch (error) {
    throw new Error(`the build failed\n${builder.buildErrors(error).join('\n')}`);
  }
}

async function prepare() {
  const isSourceTree = existsSync(join(root, 'src/cli/index.ts'));
  if (isSourceTree && isStale()) await build();
  if (!existsSync(bundle)) throw new Error('dist/cli.js is missing from this installation');
  return isSourceTree ? SOURCES : [];
}

try {
  const sources = await prepare();
  process.once('exit', () => makeImage(root, sources));
} catch (error) {
  process.stderr.write(`polykernel: ${error.message}\n`);
  process.exit(1);
}
await import(pathToFileURL(bundle).href);
