/**
 * Opening and closing: openat and openat2, close and close_range.
 *
 * The files service finds or makes the node; what stands behind it (a FIFO's pipe, a device, the terminal) is found here.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Attributes, FileKind, ModeBit } from '../../services/files/attributes.ts';
import { files, OPENED_LOSSY, OpenFlag } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { terminal } from '../../services/terminal/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import {
  CLOSE_ON_EXEC,
  copyTable,
  findFree,
  install,
  lookUp,
  openFileAt,
  setFlags,
  uninstall,
} from '../descriptors.ts';
import { DeviceNumber } from '../devices.ts';
import { internal } from '../internal.ts';
import { createOpenFile, dropHold, Extra, lackOfFile, pipeEnds, settle, settleError } from '../open-files.ts';
import { DescriptorTable, OpenKind } from '../records.ts';
import { Resource } from '../resources.ts';
import { currentPaths, currentProcess, currentThread, ownSpan } from '../state.ts';
import { fifos } from './fifos.ts';
import { IS_TERMINAL } from './job-control.ts';
import { read64 } from './layouts.ts';
import { placeOf, subjects } from './subjects.ts';

export const opening = serviceInterface('linux', {
  /** Opens the file at a path of the program. Value: its descriptor. */
  openFile: { descriptor: 'number', path: 'number', flags: 'number', mode: 'number' },
  /** Gives a new description a descriptor below a limit. Value: the descriptor; EMFILE, ENOMEM, the description then closed. */
  installFile: { file: 'number', flags: 'number' },
});

/** Flags that are of the opening, not of what was opened: F_GETFL does not show them. */
const ONCE =
  OpenFlag.create | OpenFlag.exclusive | OpenFlag.noTerminal | OpenFlag.truncate | OpenFlag.closeOnExec;
const PATH_FLAGS = OpenFlag.path | OpenFlag.directory | OpenFlag.noFollow | OpenFlag.closeOnExec;
const STREAMS = 3;
const ERROR_STREAM = 2;

/** The flags as Linux keeps them. */
function settledFlags(flags: number): number {
  return (flags & OpenFlag.path) !== 0 ? flags & PATH_FLAGS : flags | OpenFlag.largeFile;
}

function descriptorFlags(flags: number): number {
  return (flags & OpenFlag.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
}

function isMemoryDevice(device: number): boolean {
  const { null: nothing, zero, full, random, urandom } = DeviceNumber;
  return ([nothing, zero, full, random, urandom] as number[]).includes(device);
}

/** Does the files service count a writer for such an open? */
function countsAsWriter(kind: number, flags: number): boolean {
  const access = flags & OpenFlag.accessMask;
  const writes = access === OpenFlag.writeOnly || access === OpenFlag.readWrite;
  return kind === OpenKind.node && writes && (flags & OpenFlag.path) === 0;
}

const open = operation(opening.openFile, ['held', 'node', 'kind', 'object', 'end', 'opened'], {
  begin(k, f) {
    f.flags = settledFlags(f.flags);
    const into = currentThread(k).scratch;
    return k.call(subjects.readPath, { descriptor: f.descriptor, path: f.path, into, flags: 0 }, 'placed');
  },
  placed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.held = reply.second;
    // The length waits in a field that is not used before the node is known.
    f.object = reply.value;
    const { process } = currentProcess(k);
    return k.call(processes.limit, { process, resource: Resource.files }, 'limited');
  },
  limited(k, f, reply) {
    if (findFree(k, currentProcess(k).descriptors, 0, reply.value) < 0)
      return settleError(k, f, ErrorNumber.EMFILE);
    const place = placeOf(k, f.held, currentThread(k).scratch, f.object);
    return k.call(files.open, { ...place, flags: f.flags, mode: f.mode }, 'found');
  },
  found(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    f.node = reply.value;
    f.kind = reply.second & FileKind.mask;
    if ((reply.second & OPENED_LOSSY) === 0) return k.goto('settled');
    return k.call(memory.forgetFile, { file: f.node, from: 0, to: NEVER, copies: 1 }, 'settled');
  },
  settled(k, f) {
    const base = f.held;
    f.held = 0;
    if (dropHold(k, base)) return k.goto('classify');
    return k.call(internal.closeFile, { file: base }, 'classify');
  },
  classify(k, f) {
    const named = (f.flags & OpenFlag.path) !== 0;
    const { kind, node, flags } = f;
    f.kind = kind === FileKind.directory ? OpenKind.directory : OpenKind.node;
    if (named || kind === FileKind.directory || kind === FileKind.regular) return k.goto('describe');
    if (kind === FileKind.fifo) {
      f.kind = OpenKind.pipe;
      f.end = pipeEnds(flags);
      if ((flags & OpenFlag.accessMask) === OpenFlag.accessMask) return settleError(k, f, ErrorNumber.EINVAL);
      const wait = (flags & OpenFlag.nonBlocking) !== 0 ? 0 : 1;
      return k.call(fifos.enterFifo, { node, end: f.end, wait }, 'behind');
    }
    if (kind !== FileKind.character) return settleError(k, f, ErrorNumber.ENXIO);
    const into = ownSpan(currentThread(k).scratch2, Attributes.size);
    return k.call(files.attributes, { node, into }, 'device');
  },
  device(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    const { device } = Attributes.at(k.store, currentThread(k).scratch2);
    f.object = device;
    f.kind = OpenKind.device;
    if (isMemoryDevice(device)) return k.goto('describe');
    f.kind = OpenKind.terminal;
    f.object = 0;
    if (device === DeviceNumber.terminal) return k.goto('stream');
    if (device === DeviceNumber.errorOutput) f.object = ERROR_STREAM;
    if (f.object === ERROR_STREAM) return k.goto('look');
    if (device !== DeviceNumber.console) return settleError(k, f, ErrorNumber.ENXIO);
    f.object = (f.flags & OpenFlag.accessMask) === OpenFlag.readOnly ? 0 : 1;
    return k.goto('look');
  },
  look(k, f) {
    return k.call(terminal.isTerminal, { stream: f.object }, 'looked');
  },
  looked(k, f, reply) {
    f.end = reply.value;
    return k.goto('describe');
  },
  /** The terminal is whichever stream is one. */
  stream(k, f) {
    if (f.object === STREAMS) return settleError(k, f, ErrorNumber.ENXIO);
    return k.call(terminal.isTerminal, { stream: f.object }, 'streamed');
  },
  streamed(k, f, reply) {
    if (reply.value === 1) {
      f.end = IS_TERMINAL;
      return k.goto('describe');
    }
    f.object += 1;
    return k.goto('stream');
  },
  behind(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    f.object = reply.value;
    return k.goto('describe');
  },
  describe(k, f) {
    const { kind, node, end } = f;
    const object = kind === OpenKind.node || kind === OpenKind.directory ? 0 : f.object;
    const file = createOpenFile(k, { kind, node, object, end, flags: f.flags & ~ONCE });
    const writes = countsAsWriter(kind, f.flags);
    if (file !== 0) {
      if (writes) openFileAt(k, file).extra = Extra.writer;
      return k.call(opening.installFile, { file, flags: descriptorFlags(f.flags) }, 'installed');
    }
    if (writes) {
      f.node = 0;
      return k.call(files.releaseWriter, { node }, 'abandoned');
    }
    if (kind !== OpenKind.pipe) return settleError(k, f, lackOfFile(k));
    return k.call(fifos.abandonFifo, { node, pipe: f.object, end }, 'abandoned');
  },
  installed(k, _f, reply) {
    return k.pass(reply);
  },
  abandoned(k, f) {
    return settleError(k, f, lackOfFile(k));
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const installFile = operation(opening.installFile, ['error'], {
  begin(k) {
    const { process } = currentProcess(k);
    return k.call(processes.limit, { process, resource: Resource.files }, 'limited');
  },
  limited(k, f, reply) {
    const { descriptors } = currentProcess(k);
    const descriptor = findFree(k, descriptors, 0, reply.value);
    if (descriptor >= 0 && install(k, descriptors, descriptor, f.file, f.flags)) return k.done(descriptor);
    f.error = descriptor < 0 ? ErrorNumber.EMFILE : ErrorNumber.ENOMEM;
    return k.call(internal.closeFile, { file: f.file }, 'closed');
  },
  closed(k, f) {
    return k.fail(f.error);
  },
});

/** Permission bits of a new file, without those that the process's mask takes away. */
function newMode(k: Kernel, flags: number, mode: number): number {
  if ((flags & (OpenFlag.create | OpenFlag.temporary)) === 0) return 0;
  return mode & ModeBit.permissions & ~currentPaths(k).mask;
}

const openat = systemCall({
  number: 56,
  name: 'openat',
  arguments: { descriptor: 'descriptor', path: 'path', flags: 'flags', mode: 'mode' },
  support: { partial: 'O_DIRECT, O_SYNC and O_DSYNC have no effect of their own; O_ASYNC sends no signals' },
  steps: {
    begin(k, f) {
      const { descriptor, path, flags } = f;
      return k.call(opening.openFile, { descriptor, path, flags, mode: newMode(k, flags, f.mode) }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

/** struct open_how (linux/openat2.h): flags, mode and resolve, 64 bits each. */
const HOW_BYTES = 24;
const VALID_FLAGS = Object.values(OpenFlag).reduce((all: number, flag) => all | flag, 0o20000 | 0o4000000);

/** 0, or what is wrong with the struct open_how at `at`. */
function checkHow(k: Kernel, at: number, size: number): number {
  for (let rest = HOW_BYTES; rest < size; rest += 1)
    if (k.memory.u8[at + rest] !== 0) return ErrorNumber.E2BIG;
  const [flags, mode, resolve] = [read64(k, at), read64(k, at + 8), read64(k, at + 16)];
  const known = flags >= 0 && flags <= 0xffff_ffff && (flags & ~VALID_FLAGS) === 0;
  const making = (flags & (OpenFlag.create | OpenFlag.temporary)) !== 0;
  if (!known || mode < 0 || mode > (making ? ModeBit.permissions : 0)) return ErrorNumber.EINVAL;
  return resolve === 0 ? 0 : ErrorNumber.EINVAL;
}

const openat2 = systemCall({
  number: 437,
  name: 'openat2',
  arguments: { descriptor: 'descriptor', path: 'path', how: 'pointer', size: 'size' },
  support: { partial: 'no RESOLVE_* flags' },
  steps: {
    begin(k, f) {
      if (f.size < HOW_BYTES) return k.fail(ErrorNumber.EINVAL);
      if (f.size > PAGE_SIZE) return k.fail(ErrorNumber.E2BIG);
      const into = currentThread(k).scratch;
      return k.call(internal.readUser, { address: f.how, into, length: f.size }, 'read');
    },
    read(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const { scratch } = currentThread(k);
      const error = checkHow(k, scratch, f.size);
      if (error !== 0) return k.fail(error);
      const flags = read64(k, scratch);
      const mode = newMode(k, flags, read64(k, scratch + 8));
      return k.call(opening.openFile, { descriptor: f.descriptor, path: f.path, flags, mode }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

const close = systemCall({
  number: 57,
  name: 'close',
  arguments: { descriptor: 'descriptor' },
  support: 'full',
  steps: {
    begin(k, f) {
      const table = currentProcess(k).descriptors;
      const file = uninstall(k, table, f.descriptor);
      if (file === 0) return k.fail(ErrorNumber.EBADF);
      return k.call(internal.closeDescriptor, { file, table }, 'finish');
    },
    finish(k) {
      return k.done();
    },
  },
});

const CloseRange = { unshare: 2, closeOnExec: 4 } as const;
/** Descriptors looked at in one step. */
const PORTION = 256;

const closeRange = systemCall({
  number: 436,
  name: 'close_range',
  arguments: { first: 'unsigned', last: 'unsigned', flags: 'flags' },
  support: 'full',
  steps: {
    begin(k, f) {
      const known = CloseRange.unshare | CloseRange.closeOnExec;
      if ((f.flags & ~known) !== 0 || f.first > f.last) return k.fail(ErrorNumber.EINVAL);
      const process = currentProcess(k);
      const table = DescriptorTable.at(k.store, process.descriptors);
      if ((f.flags & CloseRange.unshare) === 0 || table.references === 1) return k.goto('next');
      const own = copyTable(k, table.address);
      if (own === 0) return k.fail(ErrorNumber.ENOMEM);
      table.references -= 1;
      process.descriptors = own;
      return k.goto('next');
    },
    next(k, f) {
      const { descriptors } = currentProcess(k);
      const { end } = DescriptorTable.at(k.store, descriptors);
      const stop = Math.min(f.first + PORTION, f.last + 1, end);
      for (; f.first < stop; f.first += 1) {
        if ((f.flags & CloseRange.closeOnExec) !== 0) {
          if (lookUp(k, descriptors, f.first) !== 0) setFlags(k, descriptors, f.first, CLOSE_ON_EXEC);
          continue;
        }
        const file = uninstall(k, descriptors, f.first);
        if (file !== 0) return k.call(internal.closeDescriptor, { file, table: descriptors }, 'next');
      }
      return f.first > f.last || f.first >= end ? k.done() : k.goto('next');
    },
  },
});

export const openingOperations: readonly Operation[] = [open, installFile];
export const openingCalls: readonly SystemCall[] = [openat, openat2, close, closeRange];
