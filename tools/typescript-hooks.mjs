// The loader's hooks: a TypeScript file is stripped of its types by esbuild, once for each version of the file, and kept in .cache.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform, version } from 'esbuild';

const kept = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache', 'javascript');

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Not kept yet.
  }
}

/** Keeps a text under its final name in one step: several processes may do so at once. */
function keep(path, text) {
  mkdirSync(kept, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

async function javaScriptOf(path) {
  const source = readFileSync(path, 'utf8');
  const name = createHash('sha256').update(`${version}\n${path}\n${source}`).digest('hex').slice(0, 32);
  const place = join(kept, `${name}.js`);
  const known = read(place);
  if (known !== undefined) return known;
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: path,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  keep(place, code);
  return code;
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !/\.ts(\?|$)/.test(url)) return nextLoad(url, context);
  return { format: 'module', shortCircuit: true, source: await javaScriptOf(fileURLToPath(url)) };
}
