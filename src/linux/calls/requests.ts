/** ioctl(2): requests to the terminal, and the few that any description answers. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { SpanRight, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Attributes, FileKind } from '../../services/files/attributes.ts';
import { files, OpenFlag } from '../../services/files/interface.ts';
import { network } from '../../services/network/interface.ts';
import { pipes } from '../../services/pipes/interface.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { TerminalRequest, TerminalUse, terminal } from '../../services/terminal/interface.ts';
import type { SystemCall } from '../call.ts';
import { CLOSE_ON_EXEC, type OpenFileView, openFileAt, setFlags } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { OpenKind } from '../records.ts';
import { currentProcess, currentThread, ownSpan, userSpan } from '../state.ts';
import { isOnTerminal, jobs } from './job-control.ts';
import { type Answer, ask, give, onFile, refuse } from './shapes.ts';

/** Requests that are not the terminal's alone (asm-generic/ioctls.h, linux/fs.h). */
const Request = {
  setControllingTerminal: 0x540e,
  readable: 0x541b,
  nonBlocking: 0x5421,
  leaveTerminal: 0x5422,
  clearCloseOnExec: 0x5450,
  closeOnExec: 0x5451,
  blockSize: 2,
  clone: 0x4004_9409,
  cloneRange: 0x4020_940d,
  deduplicate: 0xc018_9436,
} as const;

const INT_BYTES = 4;

const requests = serviceInterface('linux', {
  /** FIONBIO: reads an int of the program and sets O_NONBLOCK by it. The caller holds the description. */
  setNonBlocking: { file: 'number', address: 'number' },
  /** FIONREAD on a file or a pipe, FIGETBSZ: an int for the program. */
  tellReadable: { file: 'number', address: 'number' },
  tellNumber: { value: 'number', address: 'number' },
  /** TIOCSCTTY: the terminal becomes that of the calling process's session, if it leads one. */
  takeTerminal: {},
  /** A request that changes the terminal: not from the background. */
  changeTerminal: { stream: 'number', request: 'number', argument: 'span' },
});

/** Requests that a process in the background is stopped for. */
const CHANGES: ReadonlySet<number> = new Set([
  TerminalRequest.TCSETS,
  TerminalRequest.TCSETSW,
  TerminalRequest.TCSETSF,
  TerminalRequest.TCSETS2,
  TerminalRequest.TCSETSW2,
  TerminalRequest.TCSETSF2,
  TerminalRequest.TCSBRK,
  TerminalRequest.TCSBRKP,
  TerminalRequest.TCXONC,
  TerminalRequest.TCFLSH,
  TerminalRequest.TIOCSPGRP,
  TerminalRequest.TIOCSETD,
]);

const setNonBlocking = operation(requests.setNonBlocking, [], {
  begin(k, f) {
    const into = currentThread(k).scratch;
    return k.call(internal.readUser, { address: f.address, into, length: INT_BYTES }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const file = openFileAt(k, f.file);
    const on = k.memory.read32(currentThread(k).scratch) !== 0;
    const others = file.flags & ~OpenFlag.nonBlocking;
    file.flags = on ? others | OpenFlag.nonBlocking : others;
    return k.done();
  },
});

const tellReadable = operation(requests.tellReadable, [], {
  begin(k, f) {
    const { kind, object, node } = openFileAt(k, f.file);
    if (kind === OpenKind.pipe) return k.call(pipes.figures, { pipe: object }, 'count');
    if (kind === OpenKind.socket) return k.call(network.figures, { socket: object }, 'count');
    const into = ownSpan(currentThread(k).scratch2, Attributes.size);
    return k.call(files.attributes, { node, into }, 'attributes');
  },
  count(k, f, reply) {
    return k.call(requests.tellNumber, { value: reply.value, address: f.address }, 'finish');
  },
  attributes(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { mode, size } = Attributes.at(k.store, currentThread(k).scratch2);
    if ((mode & FileKind.mask) !== FileKind.regular) return k.fail(ErrorNumber.ENOTTY);
    const value = size - openFileAt(k, f.file).offset;
    return k.call(requests.tellNumber, { value, address: f.address }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const tellNumber = operation(requests.tellNumber, [], {
  begin(k, f) {
    const from = currentThread(k).scratch;
    k.memory.write32(from, f.value >>> 0);
    return k.call(internal.writeUser, { address: f.address, from, length: INT_BYTES }, 'finish');
  },
  finish(k, _f, reply) {
    return reply.error === 0 ? k.done() : k.fail(reply.error);
  },
});

const takeTerminal = operation(requests.takeTerminal, ['session'], {
  begin(k) {
    const { process } = currentProcess(k);
    return k.call(processes.get, { process, field: ProcessField.session }, 'session');
  },
  session(k, f, reply) {
    f.session = reply.value;
    const process = currentProcess(k);
    if (f.session !== process.id) return k.fail(ErrorNumber.EPERM);
    return k.call(processes.get, { process: process.process, field: ProcessField.group }, 'group');
  },
  group(k, f, reply) {
    return k.call(terminal.adopt, { session: f.session, group: reply.value }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const changeTerminal = operation(requests.changeTerminal, [], {
  begin(k, f) {
    return k.call(jobs.mayUse, { stream: f.stream, use: TerminalUse.change }, 'foreground');
  },
  foreground(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { stream, request, argument } = f;
    return k.call(terminal.control, { stream, request, argument }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

/** Requests that any description answers; undefined for those that its kind decides. */
function common(k: Kernel, f: IoctlArguments, file: OpenFileView): Answer | undefined {
  const { descriptors } = currentProcess(k);
  switch (f.request) {
    case Request.closeOnExec:
    case Request.clearCloseOnExec:
      setFlags(k, descriptors, f.descriptor, f.request === Request.closeOnExec ? CLOSE_ON_EXEC : 0);
      return give();
    case Request.nonBlocking:
      return ask(requests.setNonBlocking, { file: file.address, address: f.argument });
    case Request.clone:
    case Request.cloneRange:
    case Request.deduplicate:
      return refuse(ErrorNumber.EOPNOTSUPP);
    default:
      return undefined;
  }
}

interface IoctlArguments {
  readonly descriptor: number;
  readonly request: number;
  readonly argument: number;
}

function ofTerminal(k: Kernel, f: IoctlArguments, file: OpenFileView): Answer {
  if (f.request === Request.setControllingTerminal) return ask(requests.takeTerminal, {});
  if (f.request === Request.leaveTerminal) return ask(terminal.adopt, { session: 0, group: 0 });
  const argument = userSpan(k, f.argument, PAGE_SIZE, SpanRight.read | SpanRight.write);
  const changes = isOnTerminal(k, file.address) && CHANGES.has(f.request);
  const request = changes ? requests.changeTerminal : terminal.control;
  return ask(request, { stream: file.object, request: f.request, argument });
}

function ofFile(f: IoctlArguments, file: OpenFileView): Answer {
  const { kind } = file;
  const readable = kind === OpenKind.pipe || kind === OpenKind.node || kind === OpenKind.socket;
  if (f.request === Request.readable && readable)
    return ask(requests.tellReadable, { file: file.address, address: f.argument });
  if (f.request === Request.blockSize && (file.kind === OpenKind.node || file.kind === OpenKind.directory))
    return ask(requests.tellNumber, { value: PAGE_SIZE, address: f.argument });
  return refuse(ErrorNumber.ENOTTY);
}

export const ioctl: SystemCall = onFile({
  number: 29,
  name: 'ioctl',
  arguments: { descriptor: 'descriptor', request: 'unsigned', argument: 'pointer' },
  support: { partial: 'requests of terminals; FIOCLEX, FIONCLEX, FIONBIO, FIONREAD, FIGETBSZ' },
  act(k, f, file) {
    const answer = common(k, f, file);
    if (answer !== undefined) return answer;
    return file.kind === OpenKind.terminal ? ofTerminal(k, f, file) : ofFile(f, file);
  },
});

export const requestOperations: readonly Operation[] = [
  setNonBlocking,
  tellReadable,
  tellNumber,
  takeTerminal,
  changeTerminal,
];
