/** Bytes to and from sockets: what read and write do, sendto and recvfrom. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { EMPTY_SPAN, SpanRight, serviceInterface } from '../../contracts/service.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MessageFigures } from '../../services/network/figures.ts';
import { MessageFlag, network } from '../../services/network/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { ask } from '../calls/shapes.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { settle, settleError, settleValue, takeFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { currentProcess, currentThread, ownSpan, userSpan } from '../state.ts';
import { addresses } from './addresses.ts';
import { control } from './control.ts';
import { sockets } from './interface.ts';
import { isStream, mayWait, onSocket } from './subject.ts';

/** Bytes that one call moves at most, as in Linux (MAX_RW_COUNT). */
const MOST_BYTES = 0x7fff_f000;

const kept = serviceInterface('linux', {
  /** Reaps, then replies as told. */
  reapAndReply: { value: 'number' },
});

const sendSpan = operation(sockets.sendSpan, ['held', 'node', 'error'], {
  begin(k, f) {
    if (f.address === 0) return k.goto('send');
    const { address, length } = f;
    return k.call(sockets.readAddress, { address, length, find: 1 }, 'addressed');
  },
  addressed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.node = reply.second;
    return k.goto('send');
  },
  send(k, f) {
    const { from, node, draft, flags } = f;
    const file = openFileAt(k, f.file);
    const address = f.address === 0 ? EMPTY_SPAN : ownSpan(currentThread(k).scratch, f.length);
    const process = currentProcess(k).id;
    const wait = mayWait(file, flags);
    return k.call(
      network.send,
      { socket: file.object, from, address, node, draft, flags, wait, process },
      'sent',
    );
  },
  sent(k, f, reply) {
    const quiet = (f.flags & MessageFlag.noSignal) !== 0 || !isStream(openFileAt(k, f.file));
    if (reply.error !== ErrorNumber.EPIPE || quiet)
      return settle(k, f, { value: reply.value, second: 0, error: reply.error });
    f.error = reply.error;
    const { process, address } = currentThread(k);
    const sender = currentProcess(k).id;
    const request = { process, thread: address, signal: SignalNumber.SIGPIPE, code: 0, sender, value: 0 };
    return k.call(internal.sendSignal, { ...request, user: k.credentials.user }, 'complained');
  },
  complained(k, f) {
    return settleError(k, f, f.error);
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const receiveSpan = operation(sockets.receiveSpan, [], {
  begin(k, f) {
    const file = openFileAt(k, f.file);
    const about = f.about === 0 ? EMPTY_SPAN : ownSpan(f.about, MessageFigures.size);
    const { into, flags } = f;
    const wait = mayWait(file, flags);
    return k.call(network.receive, { socket: file.object, into, about, flags, wait }, 'received');
  },
  received(k, _f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    if (reply.second === 0) return k.done(reply.value);
    return k.call(kept.reapAndReply, { value: reply.value }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const reapAndReply = operation(kept.reapAndReply, [], {
  begin: (k) => k.call(sockets.reap, {}, 'reaped'),
  reaped: (k, f) => k.done(f.value),
});

const sendto = onSocket({
  number: 206,
  name: 'sendto',
  arguments: {
    descriptor: 'descriptor',
    buffer: 'pointer',
    length: 'size',
    flags: 'flags',
    address: 'pointer',
    addressLength: 'int',
  },
  support: { partial: 'no MSG_OOB, MSG_ZEROCOPY; MSG_MORE and MSG_CONFIRM have no effect' },
  act(k, f, file) {
    const from = userSpan(k, f.buffer, Math.min(f.length, MOST_BYTES), SpanRight.read);
    const { address, addressLength: length, flags } = f;
    return ask(sockets.sendSpan, { file: file.address, from, draft: 0, address, length, flags });
  },
});

const recvfrom = systemCall({
  number: 207,
  name: 'recvfrom',
  arguments: {
    descriptor: 'descriptor',
    buffer: 'pointer',
    length: 'size',
    flags: 'flags',
    address: 'pointer',
    addressLength: 'pointer',
  },
  support: { partial: 'no MSG_OOB, MSG_ERRQUEUE' },
  locals: ['held', 'node', 'moved'],
  steps: {
    begin(k, f) {
      const file = takeFile(k, f.descriptor);
      if (file === undefined) return k.fail(ErrorNumber.EBADF);
      f.held = file.address;
      if (file.kind !== OpenKind.socket) return settleError(k, f, ErrorNumber.ENOTSOCK);
      const into = userSpan(k, f.buffer, Math.min(f.length, MOST_BYTES), SpanRight.write);
      const about = f.address === 0 ? 0 : currentThread(k).scratch2;
      if (about !== 0) k.memory.clear(about, MessageFigures.size);
      return k.call(sockets.receiveSpan, { file: f.held, into, about, flags: f.flags }, 'received');
    },
    received(k, f, reply) {
      if (reply.error !== 0 || f.address === 0) return settle(k, f, reply);
      f.moved = reply.value;
      const { scratch2 } = currentThread(k);
      const figures = MessageFigures.at(k.store, scratch2);
      if (figures.rightCount === 0 || (f.flags & MessageFlag.peek) !== 0) return k.goto('tell');
      return k.call(control.dropRights, { about: scratch2, first: 0 }, 'tell');
    },
    tell(k, f) {
      const { addressLength: length, sender: at } = MessageFigures.at(k.store, currentThread(k).scratch2);
      const request = { from: at, length, address: f.address, lengthAt: f.addressLength };
      return k.call(addresses.tell, request, 'told');
    },
    told(k, f, reply) {
      return reply.error === 0 ? settleValue(k, f, f.moved) : settleError(k, f, reply.error);
    },
    finish(k, f, reply) {
      return settle(k, f, reply);
    },
  },
});

export const socketTransferOperations: readonly Operation[] = [sendSpan, receiveSpan, reapAndReply];
export const socketTransferCalls: readonly SystemCall[] = [sendto, recvfrom];
