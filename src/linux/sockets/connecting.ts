/** Names and connections: bind, listen, connect, getsockname, getpeername, shutdown. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind } from '../../services/files/attributes.ts';
import { files } from '../../services/files/interface.ts';
import { LONGEST_ADDRESS, network, ShutdownBit } from '../../services/network/interface.ts';
import type { SystemCall } from '../call.ts';
import { ask, refuse } from '../calls/shapes.ts';
import { openFileAt } from '../descriptors.ts';
import { holdPaths, settle, settleError } from '../open-files.ts';
import { currentPaths, currentProcess, currentThread, ownSpan } from '../state.ts';
import { addresses, pathAt, pathLength } from './addresses.ts';
import { sockets } from './interface.ts';
import { mayWait, onSocket } from './subject.ts';

const connecting = serviceInterface('linux', {
  /** Both: an address of the program; the caller holds the file. */
  bindTo: { file: 'number', address: 'number', length: 'number' },
  connectTo: { file: 'number', address: 'number', length: 'number' },
});

/** Permission bits of the node that a socket is bound to, without what the process's mask takes away. */
const MODE = FileKind.socket | 0o777;

const bindTo = operation(connecting.bindTo, ['held', 'node', 'path', 'error'], {
  begin(k, f) {
    const { address, length } = f;
    return k.call(sockets.readAddress, { address, length, find: 0 }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const at = currentThread(k).scratch;
    f.path = f.length < 2 ? 0 : pathLength(k, at, f.length);
    if (f.path === 0) return k.goto('bind');
    if (f.length > LONGEST_ADDRESS) return k.fail(ErrorNumber.EINVAL);
    f.held = holdPaths(k);
    const { root, current, mask } = currentPaths(k);
    const place = { root, base: current, path: pathAt(at, f.path) };
    return k.call(files.make, { ...place, mode: MODE & ~mask, device: 0 }, 'made');
  },
  made(k, f, reply) {
    if (reply.error !== 0)
      return settleError(k, f, reply.error === ErrorNumber.EEXIST ? ErrorNumber.EADDRINUSE : reply.error);
    f.node = reply.value;
    return k.goto('bind');
  },
  bind(k, f) {
    const { object: socket } = openFileAt(k, f.file);
    const address = ownSpan(currentThread(k).scratch, f.length);
    return k.call(network.bind, { socket, address, node: f.node }, 'bound');
  },
  bound(k, f, reply) {
    f.error = reply.error;
    if (f.error === 0) {
      if (f.node !== 0) openFileAt(k, f.file).extra = f.node;
      f.node = 0;
      return settle(k, f, reply);
    }
    if (f.node === 0) return settleError(k, f, f.error);
    const { root, current } = currentPaths(k);
    const path = pathAt(currentThread(k).scratch, f.path);
    return k.call(files.remove, { root, base: current, path, directory: 0 }, 'removed');
  },
  removed(k, f) {
    return k.call(files.release, { node: f.node }, 'released');
  },
  released(k, f) {
    f.node = 0;
    return settleError(k, f, f.error);
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const connectTo = operation(connecting.connectTo, ['held', 'node'], {
  begin(k, f) {
    const { address, length } = f;
    return k.call(sockets.readAddress, { address, length, find: 1 }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.node = reply.second;
    const file = openFileAt(k, f.file);
    const address = ownSpan(currentThread(k).scratch, f.length);
    const request = { socket: file.object, address, node: f.node, wait: mayWait(file) };
    return k.call(network.connect, { ...request, process: currentProcess(k).id }, 'finish');
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const addressed = { descriptor: 'descriptor', address: 'pointer', length: 'int' } as const;

const bind = onSocket({
  number: 200,
  name: 'bind',
  arguments: addressed,
  act: (_k, { address, length }, file) => ask(connecting.bindTo, { file: file.address, address, length }),
});

const connect = onSocket({
  number: 203,
  name: 'connect',
  arguments: addressed,
  act: (_k, { address, length }, file) => ask(connecting.connectTo, { file: file.address, address, length }),
});

const listen = onSocket({
  number: 201,
  name: 'listen',
  arguments: { descriptor: 'descriptor', backlog: 'int' },
  act: (k, { backlog }, file) =>
    ask(network.listen, { socket: file.object, backlog, process: currentProcess(k).id }),
});

function nameCall(number: number, name: string, peer: number): SystemCall {
  return onSocket({
    number,
    name,
    arguments: { descriptor: 'descriptor', address: 'pointer', length: 'pointer' },
    act: (_k, { address, length }, file) =>
      ask(addresses.tellName, { file: file.address, peer, address, lengthAt: length }),
  });
}

const shutdown = onSocket({
  number: 210,
  name: 'shutdown',
  arguments: { descriptor: 'descriptor', how: 'int' },
  act(_k, { how }, file) {
    if (how < 0 || how >= ShutdownBit.both) return refuse(ErrorNumber.EINVAL);
    return ask(network.shutdown, { socket: file.object, how: how + 1 });
  },
});

export const connectingOperations: readonly Operation[] = [bindTo, connectTo];
export const connectingCalls: readonly SystemCall[] = [
  bind,
  connect,
  listen,
  nameCall(204, 'getsockname', 0),
  nameCall(205, 'getpeername', 1),
  shutdown,
];
