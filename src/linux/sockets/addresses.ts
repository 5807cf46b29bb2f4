/** Addresses of programs: read, written, and the paths of local ones looked up. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind } from '../../services/files/attributes.ts';
import { files } from '../../services/files/interface.ts';
import { AddressFamily, LONGEST_ADDRESS, network } from '../../services/network/interface.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { holdPaths, settle, settleError } from '../open-files.ts';
import { currentPaths, currentThread, ownSpan } from '../state.ts';
import { sockets } from './interface.ts';

/** sizeof(struct sockaddr_storage): what a program may say is an address's length. */
const MOST_LENGTH = 128;
const FAMILY_BYTES = 2;
const INT_BYTES = 4;
const WRITE = 2;

export const addresses = serviceInterface('linux', {
  /** Writes an address, from memory of the personality, to a program whose length word says how much room there is. */
  tell: { from: 'number', length: 'number', address: 'number', lengthAt: 'number' },
  /** getsockname and getpeername. The caller holds the file. */
  tellName: { file: 'number', peer: 'number', address: 'number', lengthAt: 'number' },
});

/** Bytes of the path in a local address of some length at a place, 0 when it has none. */
export function pathLength(k: Kernel, at: number, length: number): number {
  const { u8 } = k.memory;
  const family = (u8[at] as number) | ((u8[at + 1] as number) << 8);
  const path = at + FAMILY_BYTES;
  if (family !== AddressFamily.local || length <= FAMILY_BYTES || u8[path] === 0) return 0;
  const bytes = k.memory.bytes(path, length - FAMILY_BYTES);
  const end = bytes.indexOf(0);
  return end < 0 ? bytes.length : end;
}

/** The span of a local address's path at a place. */
export function pathAt(at: number, length: number) {
  return ownSpan(at + FAMILY_BYTES, length);
}

const read = operation(sockets.readAddress, ['held', 'node'], {
  begin(k, f) {
    if (f.length < 0 || f.length > MOST_LENGTH) return k.fail(ErrorNumber.EINVAL);
    const into = currentThread(k).scratch;
    return k.call(internal.readUser, { address: f.address, into, length: f.length }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const at = currentThread(k).scratch;
    const length = f.length < FAMILY_BYTES ? 0 : pathLength(k, at, f.length);
    if (length === 0 || f.find === 0) return k.done(f.length, 0);
    if (f.length > LONGEST_ADDRESS) return k.fail(ErrorNumber.EINVAL);
    f.held = holdPaths(k);
    const { root, current } = currentPaths(k);
    return k.call(files.lookup, { root, base: current, path: pathAt(at, length), flags: 0 }, 'found');
  },
  found(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    f.node = reply.value;
    if ((reply.second & FileKind.mask) !== FileKind.socket)
      return settleError(k, f, ErrorNumber.ECONNREFUSED);
    return k.call(files.access, { node: f.node, rights: WRITE, real: 0 }, 'allowed');
  },
  allowed(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    const { node } = f;
    f.node = 0;
    return settle(k, f, { value: f.length, second: node, error: 0 });
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const tell = operation(addresses.tell, ['room'], {
  begin(k, f) {
    const into = currentThread(k).scratch;
    return k.call(internal.readUser, { address: f.lengthAt, into, length: INT_BYTES }, 'room');
  },
  room(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.room = k.memory.read32(currentThread(k).scratch) | 0;
    if (f.room < 0) return k.fail(ErrorNumber.EINVAL);
    const length = Math.min(f.room, f.length);
    return k.call(internal.writeUser, { address: f.address, from: f.from, length }, 'told');
  },
  told(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const from = currentThread(k).scratch;
    k.memory.write32(from, f.length);
    return k.call(internal.writeUser, { address: f.lengthAt, from, length: INT_BYTES }, 'finish');
  },
  finish(k, _f, reply) {
    return reply.error === 0 ? k.done() : k.fail(reply.error);
  },
});

const tellName = operation(addresses.tellName, [], {
  begin(k, f) {
    const into = ownSpan(currentThread(k).scratch2, MOST_LENGTH);
    return k.call(network.name, { socket: openFileAt(k, f.file).object, peer: f.peer, into }, 'named');
  },
  named(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { address, lengthAt } = f;
    const from = currentThread(k).scratch2;
    return k.call(addresses.tell, { from, length: reply.value, address, lengthAt }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

export const addressOperations: readonly Operation[] = [read, tell, tellName];
