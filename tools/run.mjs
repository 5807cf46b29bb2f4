// Runs a TypeScript tool of this folder on any supported Node: `node tools/run.mjs <name> [arguments]`.
// Node 20 cannot strip types, so the tool is bundled by esbuild (tens of milliseconds) and imported.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));
const name = process.argv[2];
const source = join(folder, `${name}.ts`);
if (name === undefined || !existsSync(source)) {
  process.stderr.write(`tools/run.mjs: no tool named '${name}'\n`);
  process.exit(2);
}
const outfile = join(dirname(folder), '.cache', 'tools', `${name}.mjs`);
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv.splice(1, 2, source);
await import(pathToFileURL(outfile).href);
