/** sendmsg, recvmsg, and their kin for several messages. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MessageFigures } from '../../services/network/figures.ts';
import { MessageFlag } from '../../services/network/interface.ts';
import type { SystemCall } from '../call.ts';
import { write64 } from '../calls/layouts.ts';
import { ask } from '../calls/shapes.ts';
import { internal } from '../internal.ts';
import { moments } from '../poll/moments.ts';
import { currentThread } from '../state.ts';
import { control } from './control.ts';
import { sockets } from './interface.ts';
import { aboutAt, bytesAt, COUNTED_HEADER_BYTES, HEADER_BYTES, HEADER_OFFSETS, headerAt } from './layout.ts';
import { onSocket } from './subject.ts';

const several = serviceInterface('linux', {
  /** Moves messages of a list of struct mmsghdr. Value: how many. */
  sendSeveral: { file: 'number', list: 'number', count: 'number', flags: 'number' },
  receiveSeveral: { file: 'number', list: 'number', count: 'number', flags: 'number', timeout: 'number' },
});

/** The longest address, and the longest ancillary data, that a header may name. */
const MOST_ADDRESS = 128;
const MOST_CONTROL = 0x7fff_ffff;
/** MSG_WAITFORONE. */
const WAIT_FOR_ONE = 0x1_0000;
/** Messages that one call moves at most (UIO_MAXIOV). */
const MOST_MESSAGES = 1024;

function readHeader(k: Kernel, header: number): OutcomeNumber {
  const into = currentThread(k).scratch2;
  return k.call(internal.readUser, { address: header, into, length: HEADER_BYTES }, 'read');
}

const sendHeader = operation(sockets.sendHeader, [], {
  begin: (k, f) => readHeader(k, f.header),
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { name, nameLength, list, count, control: at, controlLength } = headerAt(k);
    if (nameLength < 0) return k.fail(ErrorNumber.EINVAL);
    if (controlLength > MOST_CONTROL) return k.fail(ErrorNumber.ENOBUFS);
    const { file, flags } = f;
    const length = Math.min(nameLength, MOST_ADDRESS);
    const address = length === 0 ? 0 : name;
    const request = { file, list, count, address, length, control: at, controlLength, flags };
    return k.call(sockets.sendPieces, request, 'finish');
  },
  finish(k, _f, reply) {
    return reply.error === 0 ? k.done(reply.value) : k.fail(reply.error);
  },
});

const RECEIVE_LOCALS = ['moved', 'name', 'nameLength', 'control', 'controlLength', 'told', 'used'] as const;

const receiveHeader = operation(sockets.receiveHeader, RECEIVE_LOCALS, {
  begin: (k, f) => readHeader(k, f.header),
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const header = headerAt(k);
    f.name = header.name;
    f.nameLength = header.nameLength;
    f.control = header.control;
    f.controlLength = header.control === 0 ? 0 : Math.min(header.controlLength, MOST_CONTROL);
    if (f.nameLength < 0) return k.fail(ErrorNumber.EINVAL);
    const { file, flags } = f;
    const { list, count } = header;
    return k.call(sockets.receivePieces, { file, list, count, flags }, 'received');
  },
  received(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.moved = reply.value;
    const { flags, stated, rightCount } = MessageFigures.at(k.store, aboutAt(k));
    f.told = flags | (f.flags & MessageFlag.closeOnExec);
    if (stated === 0 && rightCount === 0) return k.goto('name');
    const { control: at, controlLength: room } = f;
    return k.call(control.tellControl, { control: at, room, flags: f.flags }, 'controlled');
  },
  controlled(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.used = reply.value;
    f.told |= reply.second;
    return k.goto('name');
  },
  name(k, f) {
    if (f.name === 0) return k.goto('rest');
    const { addressLength, sender } = MessageFigures.at(k.store, aboutAt(k));
    const length = Math.min(addressLength, f.nameLength);
    k.memory.write32(bytesAt(k), addressLength);
    return k.call(internal.writeUser, { address: f.name, from: sender, length }, 'named');
  },
  named(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const address = f.header + HEADER_OFFSETS.nameLength;
    return k.call(internal.writeUser, { address, from: bytesAt(k), length: 4 }, 'rest');
  },
  /** The length of the ancillary data and the flags lie side by side. */
  rest(k, f) {
    const from = bytesAt(k);
    write64(k, from, f.used);
    k.memory.write32(from + 8, f.told);
    const address = f.header + HEADER_OFFSETS.controlLength;
    return k.call(internal.writeUser, { address, from, length: 12 }, 'finish');
  },
  finish(k, f, reply) {
    return reply.error === 0 ? k.done(f.moved) : k.fail(reply.error);
  },
});

/** Tells how many bytes a message of a list has moved. */
function tellMoved(k: Kernel, header: number, moved: number): OutcomeNumber {
  const from = bytesAt(k);
  k.memory.write32(from, moved);
  return k.call(internal.writeUser, { address: header + HEADER_OFFSETS.moved, from, length: 4 }, 'told');
}

const sendSeveral = operation(several.sendSeveral, ['done'], {
  begin(k, f) {
    if (f.done === Math.min(f.count, MOST_MESSAGES)) return k.done(f.done);
    const header = f.list + f.done * COUNTED_HEADER_BYTES;
    return k.call(sockets.sendHeader, { file: f.file, header, flags: f.flags }, 'sent');
  },
  sent(k, f, reply) {
    if (reply.error !== 0) return f.done > 0 ? k.done(f.done) : k.fail(reply.error);
    return tellMoved(k, f.list + f.done * COUNTED_HEADER_BYTES, reply.value);
  },
  told(k, f, reply) {
    if (reply.error !== 0) return f.done > 0 ? k.done(f.done) : k.fail(reply.error);
    f.done += 1;
    return k.goto('begin');
  },
});

const receiveSeveral = operation(several.receiveSeveral, ['done', 'until'], {
  begin: (k, f) => k.call(moments.readTimeout, { address: f.timeout }, 'timed'),
  timed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.until = reply.value;
    return k.goto('next');
  },
  next(k, f) {
    // As in Linux, the time is looked at between messages only.
    const over = f.done > 0 && f.until <= k.now;
    if (over || f.done === Math.min(f.count, MOST_MESSAGES)) return k.done(f.done);
    const header = f.list + f.done * COUNTED_HEADER_BYTES;
    const one = f.done > 0 && (f.flags & WAIT_FOR_ONE) !== 0 ? MessageFlag.dontWait : 0;
    const flags = (f.flags & ~WAIT_FOR_ONE) | one;
    return k.call(sockets.receiveHeader, { file: f.file, header, flags }, 'received');
  },
  received(k, f, reply) {
    if (reply.error !== 0) return f.done > 0 ? k.done(f.done) : k.fail(reply.error);
    return tellMoved(k, f.list + f.done * COUNTED_HEADER_BYTES, reply.value);
  },
  told(k, f, reply) {
    if (reply.error !== 0) return f.done > 0 ? k.done(f.done) : k.fail(reply.error);
    f.done += 1;
    return k.goto('next');
  },
});

const one = { descriptor: 'descriptor', header: 'pointer', flags: 'flags' } as const;
const SENT = { partial: 'no MSG_OOB, MSG_ZEROCOPY; messages of at most 192 pieces; no ancillary data of IP' };
const RECEIVED = { partial: 'no MSG_OOB, MSG_ERRQUEUE; messages of at most 192 pieces' };

const sendmsg = onSocket({
  number: 211,
  name: 'sendmsg',
  arguments: one,
  support: SENT,
  act: (_k, { header, flags }, file) => ask(sockets.sendHeader, { file: file.address, header, flags }),
});

const recvmsg = onSocket({
  number: 212,
  name: 'recvmsg',
  arguments: one,
  support: RECEIVED,
  act: (_k, { header, flags }, file) => ask(sockets.receiveHeader, { file: file.address, header, flags }),
});

const sendmmsg = onSocket({
  number: 269,
  name: 'sendmmsg',
  arguments: { descriptor: 'descriptor', list: 'pointer', count: 'unsigned', flags: 'flags' },
  support: SENT,
  act: (_k, { list, count, flags }, file) =>
    ask(several.sendSeveral, { file: file.address, list, count, flags }),
});

const recvmmsg = onSocket({
  number: 243,
  name: 'recvmmsg',
  arguments: {
    descriptor: 'descriptor',
    list: 'pointer',
    count: 'unsigned',
    flags: 'flags',
    timeout: 'pointer',
  },
  support: RECEIVED,
  act: (_k, { list, count, flags, timeout }, file) =>
    ask(several.receiveSeveral, { file: file.address, list, count, flags, timeout }),
});

export const headerOperations: readonly Operation[] = [
  sendHeader,
  receiveHeader,
  sendSeveral,
  receiveSeveral,
];
export const headerCalls: readonly SystemCall[] = [sendmsg, recvmsg, sendmmsg, recvmmsg];
