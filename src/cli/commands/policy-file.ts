/**
 * A scheduling policy in a file of the user's own: `--scheduler ./mine.ts[:key=value,...]`. Its code is trusted: it runs inside
 * of polykernel, with all that the user may do. TypeScript is read where Node does so itself, or where esbuild is installed.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { type ChosenPolicy, chosenPolicy, definitionFrom, policyNamed } from '../../workbench/index.ts';
import { CommandFailure } from '../command-line.ts';

/** `PATH[:settings]`: a path has a slash, or ends as scripts do. */
const FILE = /^(.*?\.(?:ts|mts|js|mjs|cjs)|\.{0,2}\/[^:]*)(?::(.*))?$/s;

export function isPolicyFile(specification: string): boolean {
  return FILE.test(specification);
}

interface Transformer {
  buildSync(options: Readonly<Record<string, unknown>>): { outputFiles: readonly { text: string }[] };
}

/** JavaScript of a file in TypeScript. */
function translated(path: string): string {
  let esbuild: Transformer;
  try {
    esbuild = createRequire(pathToFileURL(path))('esbuild') as Transformer;
  } catch {
    // It is not installed beside the file: perhaps it is beside polykernel.
    esbuild = createRequire(import.meta.url)('esbuild') as Transformer;
  }
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** What a file exports. It is required, not imported: the bundled command line is a script without an importer. */
function exportsOf(path: string): unknown {
  const require = createRequire(pathToFileURL(path));
  const native = (process.features as { typescript?: unknown }).typescript;
  if (!/\.m?ts$/.test(path) || native) return require(path);
  const module = { exports: {} };
  const run = compileFunction(translated(path), ['module', 'exports', 'require'], { filename: path });
  run(module, module.exports, require);
  return module.exports;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n').find((part) => part.trim() !== '') ?? text;
  return /Cannot find module 'esbuild'/.test(text)
    ? `Node ${process.version} reads no TypeScript by itself; install esbuild beside it, or give it as JavaScript`
    : line.trim();
}

/** The policy that a specification asks for: one of the registry's, or one in a file. Throws CommandFailure. */
export function loadPolicy(specification: string, option: string): ChosenPolicy {
  const [, path = '', settings = ''] = FILE.exec(specification) ?? [];
  if (path === '') return policyNamed(specification);
  const refuse = (why: string) => new CommandFailure(`${option}: ${path}: ${why}`, 2);
  if (!existsSync(path)) throw refuse('there is no such file');
  let module: unknown;
  try {
    module = exportsOf(resolve(path));
  } catch (error) {
    throw refuse(`it cannot be read: ${firstLine(error)}`);
  }
  try {
    const definition = definitionFrom((module as { default?: unknown }).default ?? module);
    return chosenPolicy(definition, settings, specification, { isWatched: true });
  } catch (error) {
    throw refuse((error as Error).message);
  }
}
