/** Sockets and descriptors: socket, socketpair, accept; what becomes of descriptions lost in messages. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { network } from '../../services/network/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { opening } from '../calls/opening.ts';
import { ask } from '../calls/shapes.ts';
import { CLOSE_ON_EXEC, lookUp, openFileAt, uninstall } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { createOpenFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentProcess, currentThread, linuxRoot } from '../state.ts';
import { addresses } from './addresses.ts';
import { SocketTypeFlag, sockets } from './interface.ts';
import { mayWait, onSocket } from './subject.ts';

const creating = serviceInterface('linux', {
  /** A socket with a descriptor. Value: the descriptor; second: the socket. */
  createSocket: { family: 'number', type: 'number', protocol: 'number' },
  /** accept4: the caller holds the file. */
  acceptOne: { file: 'number', address: 'number', lengthAt: 'number', flags: 'number' },
});

const TYPE_FLAGS = SocketTypeFlag.nonBlocking | SocketTypeFlag.closeOnExec;

function typeError(type: number): number {
  return (type & ~(SocketTypeFlag.mask | TYPE_FLAGS)) !== 0 ? ErrorNumber.EINVAL : 0;
}

const install = operation(sockets.install, [], {
  begin(k, f) {
    const flags = OpenFlag.readWrite | (f.type & SocketTypeFlag.nonBlocking ? OpenFlag.nonBlocking : 0);
    const on = { kind: OpenKind.socket, node: 0, object: f.socket, end: f.number, flags };
    const file = createOpenFile(k, on);
    if (file === 0) return k.call(network.close, { socket: f.socket }, 'closed');
    openFileAt(k, file).offset = f.type & SocketTypeFlag.kept;
    const mark = (f.type & SocketTypeFlag.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
    return k.call(opening.installFile, { file, flags: mark }, 'finish');
  },
  closed(k) {
    return k.fail(ErrorNumber.ENOMEM);
  },
  finish(k, f, reply) {
    return reply.error === 0 ? k.done(reply.value, f.socket) : k.fail(reply.error);
  },
});

const create = operation(creating.createSocket, [], {
  begin(k, f) {
    const { family, protocol } = f;
    const type = f.type & SocketTypeFlag.mask;
    const process = currentProcess(k).id;
    return k.call(network.create, { family, type, protocol, process }, 'created');
  },
  created(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { value, second } = reply;
    const type = f.type | (f.family << 4);
    return k.call(sockets.install, { socket: value, number: second, type }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const socket = systemCall({
  number: 198,
  name: 'socket',
  arguments: { family: 'int', type: 'flags', protocol: 'int' },
  support: { partial: 'AF_UNIX, and AF_INET for TCP and UDP' },
  steps: {
    begin(k, f) {
      const error = typeError(f.type);
      return error !== 0 ? k.fail(error) : k.call(creating.createSocket, f, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done(reply.value) : k.fail(reply.error);
    },
  },
});

const PAIR_BYTES = 8;

/** Takes a descriptor back and closes what it was. */
function withdraw(k: Kernel, descriptor: number, then: string): OutcomeNumber {
  const file = uninstall(k, currentProcess(k).descriptors, descriptor);
  return file === 0 ? k.goto(then) : k.call(internal.closeFile, { file }, then);
}

/** Makes one socket of a pair; `then` gets it. */
function makeOne(
  k: Kernel,
  f: { family: number; type: number; protocol: number },
  then: string,
): OutcomeNumber {
  const type = f.type & SocketTypeFlag.mask;
  const process = currentProcess(k).id;
  return k.call(network.create, { family: f.family, type, protocol: f.protocol, process }, then);
}

/** A pair is joined before anybody else can close a half of it: descriptors come last. */
const socketpair = systemCall({
  number: 199,
  name: 'socketpair',
  arguments: { family: 'int', type: 'flags', protocol: 'int', pair: 'pointer' },
  support: 'full',
  locals: ['first', 'second', 'socket', 'number', 'other', 'otherNumber', 'error'],
  steps: {
    begin(k, f) {
      const error = typeError(f.type);
      return error !== 0 ? k.fail(error) : makeOne(k, f, 'one');
    },
    one(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.socket = reply.value;
      f.number = reply.second;
      return makeOne(k, f, 'two');
    },
    two(k, f, reply) {
      f.error = reply.error;
      if (f.error !== 0) return k.goto('drop first');
      f.other = reply.value;
      f.otherNumber = reply.second;
      return k.call(network.join, { first: f.socket, second: f.other }, 'joined');
    },
    joined(k, f, reply) {
      f.error = reply.error;
      if (f.error !== 0) return k.call(network.close, { socket: f.other }, 'drop first');
      const type = f.type | (f.family << 4);
      return k.call(sockets.install, { socket: f.socket, number: f.number, type }, 'first installed');
    },
    'drop first'(k, f) {
      return k.call(network.close, { socket: f.socket }, 'failed');
    },
    'first installed'(k, f, reply) {
      f.error = reply.error;
      if (f.error !== 0) return k.call(network.close, { socket: f.other }, 'failed');
      f.first = reply.value;
      const type = f.type | (f.family << 4);
      return k.call(sockets.install, { socket: f.other, number: f.otherNumber, type }, 'second installed');
    },
    'second installed'(k, f, reply) {
      f.error = reply.error;
      if (f.error !== 0) return withdraw(k, f.first, 'failed');
      f.second = reply.value;
      const from = currentThread(k).scratch;
      k.memory.write32(from, f.first);
      k.memory.write32(from + 4, f.second);
      return k.call(internal.writeUser, { address: f.pair, from, length: PAIR_BYTES }, 'told');
    },
    told(k, f, reply) {
      f.error = reply.error;
      return f.error === 0 ? k.done() : withdraw(k, f.first, 'half');
    },
    half(k, f) {
      return withdraw(k, f.second, 'failed');
    },
    failed(k, f) {
      return k.fail(f.error);
    },
  },
});

const accepting = operation(creating.acceptOne, ['descriptor', 'error'], {
  begin(k, f) {
    const file = openFileAt(k, f.file);
    return k.call(network.accept, { socket: file.object, wait: mayWait(file) }, 'accepted');
  },
  accepted(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const type = openFileAt(k, f.file).offset | (f.flags & TYPE_FLAGS);
    return k.call(sockets.install, { socket: reply.value, number: reply.second, type }, 'installed');
  },
  installed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.descriptor = reply.value;
    if (f.address === 0) return k.done(f.descriptor);
    const { address, lengthAt } = f;
    // The peer may have gone by now: an address without a name is all that there is of it then.
    const file = lookUp(k, currentProcess(k).descriptors, f.descriptor);
    if (file === 0) return k.done(f.descriptor);
    return k.call(addresses.tellName, { file, peer: 1, address, lengthAt }, 'told');
  },
  told(k, f, reply) {
    f.error = reply.error;
    return f.error === 0 ? k.done(f.descriptor) : withdraw(k, f.descriptor, 'failed');
  },
  failed(k, f) {
    return k.fail(f.error);
  },
});

const accept = onSocket({
  number: 202,
  name: 'accept',
  arguments: { descriptor: 'descriptor', address: 'pointer', length: 'pointer' },
  act: (_k, { address, length }, file) =>
    ask(creating.acceptOne, { file: file.address, address, lengthAt: length, flags: 0 }),
});

const accept4 = onSocket({
  number: 242,
  name: 'accept4',
  arguments: { descriptor: 'descriptor', address: 'pointer', length: 'pointer', flags: 'flags' },
  check: (_k, { flags }) => ((flags & ~TYPE_FLAGS) !== 0 ? ErrorNumber.EINVAL : 0),
  act: (_k, { address, length, flags }, file) =>
    ask(creating.acceptOne, { file: file.address, address, lengthAt: length, flags }),
});

/** One call at a time closes what was lost, so that closing a socket with lost sockets in it does not call itself. */
const reap = operation(sockets.reap, [], {
  begin(k) {
    const root = linuxRoot(k);
    if (root.reaping === 1) return k.done();
    root.reaping = 1;
    return k.goto('next');
  },
  next(k) {
    return k.call(network.orphan, {}, 'orphan');
  },
  orphan(k, _f, reply) {
    if (reply.value !== 0) return k.call(internal.closeFile, { file: reply.value }, 'next');
    linuxRoot(k).reaping = 0;
    return k.done();
  },
});

export const creatingOperations: readonly Operation[] = [install, create, accepting, reap];
export const creatingCalls: readonly SystemCall[] = [socket, socketpair, accept, accept4];
