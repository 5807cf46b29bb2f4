// Bundles the program. `node tools/build.mjs` makes every bundle; the launcher calls `buildCli` alone.
//   dist/program.cjs the command line, one script with its dependencies inside, for Node 20 and later
//   dist/cli.js      loads it, see tools/loader
//   dist/image.cjs   makes an image of it loaded, see tools/image.mjs
//   dist/browser.js  the browser host, when src/host/browser/index.ts exists
// A bundle appears by renaming, so a second process never runs half a file, and it carries the time at
// which the build began, so a source saved during the build counts as newer.
import { existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)));

// A script has no `import.meta`: the one property of it that is used comes from the name of the file.
const addressBanner = "const __address = require('node:url').pathToFileURL(__filename).href;";

/** Writes one esbuild result under its final name in a single step. */
function place(result, began) {
  // The source map comes first in the list, so the bundle never names a map that is not there yet.
  for (const file of result.outputFiles) {
    mkdirSync(dirname(file.path), { recursive: true });
    const temporary = join(dirname(file.path), `.${basename(file.path)}.${process.pid}`);
    writeFileSync(temporary, file.contents);
    utimesSync(temporary, began, began);
    renameSync(temporary, file.path);
  }
}

async function bundle(options) {
  const began = new Date();
  const result = await build({
    absWorkingDir: options.root,
    bundle: true,
    format: 'esm',
    write: false,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'linked',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'silent',
    ...options.esbuild,
  });
  place(result, began);
}

/** Bundles the command line to dist/program.cjs, and puts its loader at dist/cli.js. */
export async function buildCli(root = repositoryRoot) {
  await bundle({
    root,
    esbuild: {
      entryPoints: ['src/cli/index.ts'],
      outfile: 'dist/program.cjs',
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      define: { 'import.meta.url': '__address' },
      banner: { js: addressBanner },
    },
  });
  await bundle({
    root,
    esbuild: {
      entryPoints: ['tools/loader/index.mjs'],
      outfile: 'dist/cli.js',
      platform: 'node',
      target: 'node20',
      sourcemap: false,
    },
  });
  await bundle({
    root,
    esbuild: {
      entryPoints: ['tools/loader/image.mjs'],
      outfile: 'dist/image.cjs',
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      sourcemap: false,
    },
  });
}

/** Bundles the browser host to dist/browser.js; does nothing while there is none. */
async function buildBrowser(root = repositoryRoot) {
  if (!existsSync(join(root, 'src/host/browser/index.ts'))) return;
  await bundle({
    root,
    esbuild: {
      entryPoints: ['src/host/browser/index.ts'],
      outfile: 'dist/browser.js',
      platform: 'browser',
      target: 'es2022',
    },
  });
}

/** The messages of a failed build, one line each. */
export function buildErrors(error) {
  if (!Array.isArray(error.errors)) return [error.message];
  return error.errors.map(({ location, text }) =>
    location ? `${location.file}:${location.line}:${location.column + 1} ${text}` : text,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildCli();
    await buildBrowser();
  } catch (error) {
    process.stderr.write(`${buildErrors(error).join('\n')}\n`);
    process.exitCode = 1;
  }
}
