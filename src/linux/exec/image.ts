/**
 * Finding what to execute: a path is followed through `#!` lines to an ELF file, and that to its interpreter.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { files } from '../../services/files/interface.ts';
import { currentPaths, ownSpan } from '../state.ts';
import {
  ElfError,
  ElfLoadError,
  type Executable,
  HEADER_BYTES,
  isElf,
  parseElf,
  parseScript,
} from './elf.ts';
import { execPagesAt, prefixStrings, storePrefix } from './pages.ts';

export const images = serviceInterface('linux', {
  /** Opens the file at a path for execution and reads its first bytes to `into`. Value: the node, held, without writers; second: bytes read. */
  openImage: { base: 'number', path: 'number', pathLength: 'number', into: 'number', flags: 'number' },
  /**
   * Finds the program that `path` leads to. `pages` is an ExecPages record: the headers are left there, and the strings
   * that scripts put before the arguments. Value: the node, held; second: bytes of headers.
   */
  findProgram: { base: 'number', path: 'number', pathLength: 'number', pages: 'number', flags: 'number' },
  /** Opens the interpreter that a program names. Value: its node, held, or 0 for none; second: bytes of its headers. */
  findInterpreter: { pages: 'number', node: 'number', headerLength: 'number' },
  /** Releases a node, of which writers are kept if `denied`, and fails with an error: the end of many ways. */
  drop: { node: 'number', denied: 'number', error: 'number' },
});

/**
 * In place of an error number: the headers are a program's, but it cannot be loaded. Linux finds that when there is no way back,
 * and the process dies of SIGSEGV.
 */
export const UNLOADABLE = 4096;

const EXECUTE = 1;
/** Scripts whose interpreters are scripts, as deep as Linux follows them. */
const DEEPEST_SCRIPT = 5;

const drop = operation(images.drop, [], {
  begin(k, f) {
    if (f.node === 0) return k.fail(f.error);
    return k.call(f.denied === 0 ? files.release : files.releaseProgram, { node: f.node }, 'finish');
  },
  finish(k, f) {
    return k.fail(f.error);
  },
});

const openImage = operation(images.openImage, ['node'], {
  begin(k, f) {
    const { root, current } = currentPaths(k);
    const place = { root, base: f.base === 0 ? current : f.base, path: ownSpan(f.path, f.pathLength) };
    return k.call(files.lookup, { ...place, flags: f.flags }, 'found');
  },
  found(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.node = reply.value;
    return k.call(files.access, { node: f.node, rights: EXECUTE, real: 0 }, 'allowed');
  },
  allowed(k, f, reply) {
    if (reply.error !== 0)
      return k.call(images.drop, { node: f.node, denied: 0, error: reply.error }, 'finish');
    return k.call(files.denyWriters, { node: f.node }, 'denied');
  },
  denied(k, f, reply) {
    if (reply.error !== 0)
      return k.call(images.drop, { node: f.node, denied: 0, error: reply.error }, 'finish');
    return k.call(files.read, { node: f.node, offset: 0, into: ownSpan(f.into, HEADER_BYTES) }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return refuse(k, f.node, ErrorNumber.EACCES);
    return k.done(f.node, reply.value);
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

/** Puts a script's interpreter in front, in place of the name by which it was called. False when it does not fit. */
function prefixScript(
  k: Kernel,
  f: { pages: number; path: number; pathLength: number },
  script: { interpreter: Uint8Array; argument: Uint8Array | undefined },
): boolean {
  const before = prefixStrings(k, f.pages);
  const called = before[0] ?? k.memory.bytes(f.path, f.pathLength).slice();
  const front = script.argument ? [script.interpreter, script.argument] : [script.interpreter];
  return storePrefix(k, f.pages, [...front, called, ...before.slice(1)]);
}

const findProgram = operation(images.findProgram, ['node', 'depth', 'at', 'length'], {
  begin(k, f) {
    f.at = f.path;
    f.length = f.pathLength;
    return k.goto('open');
  },
  open(k, f) {
    const { headers } = execPagesAt(k, f.pages);
    const base = f.depth === 0 ? f.base : 0;
    const flags = f.depth === 0 ? f.flags : 0;
    return k.call(
      images.openImage,
      { base, path: f.at, pathLength: f.length, into: headers, flags },
      'opened',
    );
  },
  opened(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.node = reply.value;
    const { headers, prefix } = execPagesAt(k, f.pages);
    const bytes = k.memory.bytes(headers, reply.second);
    k.examine(reply.second);
    if (isElf(bytes)) return k.done(f.node, reply.second);
    const script = parseScript(bytes);
    f.depth += 1;
    if (script === undefined) return refuse(k, f.node, ErrorNumber.ENOEXEC);
    if (f.depth > DEEPEST_SCRIPT) return refuse(k, f.node, ErrorNumber.ELOOP);
    if (!prefixScript(k, f, script)) return refuse(k, f.node, ErrorNumber.ENOEXEC);
    f.at = prefix;
    f.length = script.interpreter.length;
    return k.call(files.releaseProgram, { node: f.node }, 'open');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

function refuse(k: Kernel, node: number, error: number) {
  return k.call(images.drop, { node, denied: 1, error }, 'finish');
}

/** What becomes of an execve of these headers: 0, `format`, or UNLOADABLE. */
function defectOf(k: Kernel, headers: number, length: number, format: number): number {
  try {
    parseElf(k.memory.bytes(headers, length));
    return 0;
  } catch (error) {
    if (error instanceof ElfLoadError) return UNLOADABLE;
    if (error instanceof ElfError) return format;
    throw error;
  }
}

/** The program's headers, or undefined when they are not those of a program that can run here. */
export function readHeaders(k: Kernel, headers: number, length: number): Executable | undefined {
  try {
    return parseElf(k.memory.bytes(headers, length));
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}

const findInterpreter = operation(images.findInterpreter, ['length'], {
  begin(k, f) {
    const { headers, interpreterHeaders } = execPagesAt(k, f.pages);
    const executable = readHeaders(k, headers, f.headerLength);
    if (executable === undefined) return k.fail(defectOf(k, headers, f.headerLength, ErrorNumber.ENOEXEC));
    const { interpreter } = executable;
    if (interpreter === undefined) return k.done(0, 0);
    f.length = interpreter.length - 1;
    const into = ownSpan(interpreterHeaders, interpreter.length);
    return k.call(files.read, { node: f.node, offset: interpreter.offset, into }, 'named');
  },
  named(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    if (reply.value !== f.length + 1) return k.fail(ErrorNumber.EIO);
    const { interpreterHeaders } = execPagesAt(k, f.pages);
    if (k.memory.bytes(interpreterHeaders + f.length, 1)[0] !== 0) return k.fail(ErrorNumber.ENOEXEC);
    const request = {
      base: 0,
      path: interpreterHeaders,
      pathLength: f.length,
      into: interpreterHeaders,
      flags: 0,
    };
    return k.call(images.openImage, request, 'opened');
  },
  opened(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { interpreterHeaders } = execPagesAt(k, f.pages);
    const defect = defectOf(k, interpreterHeaders, reply.second, ErrorNumber.ELIBBAD);
    if (defect !== 0) return refuse(k, reply.value, defect);
    return k.done(reply.value, reply.second);
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

export const imageOperations: readonly Operation[] = [drop, openImage, findProgram, findInterpreter];
