/** setsockopt and getsockopt: what programs write as structures, in numbers. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { network } from '../../services/network/interface.ts';
import type { SystemCall } from '../call.ts';
import { read64 } from '../calls/layouts.ts';
import { ask } from '../calls/shapes.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { currentThread, ownSpan } from '../state.ts';
import { onSocket } from './subject.ts';

const options = serviceInterface('linux', {
  /** Both: an option's value in the program's memory. The caller holds the file. */
  setOption: { file: 'number', level: 'number', option: 'number', value: 'number', length: 'number' },
  tellOption: { file: 'number', level: 'number', option: 'number', value: 'number', lengthAt: 'number' },
});

const SOCKET_LEVEL = 1;
/** Options of the socket level whose values are not an int: a struct linger, a struct timeval. */
const LINGER = 13;
const RECEIVE_TIMEOUT = 20;
const SEND_TIMEOUT = 21;
const INT_BYTES = 4;
/** Bytes of the longest value that is looked at. */
const LONGEST = 128;

type Form = 'int' | 'pair' | 'time';

function formOf(level: number, option: number): Form {
  if (level !== SOCKET_LEVEL) return 'int';
  if (option === LINGER) return 'pair';
  return option === RECEIVE_TIMEOUT || option === SEND_TIMEOUT ? 'time' : 'int';
}

const BYTES: { readonly [form in Form]: number } = { int: 4, pair: 8, time: 16 };

/** An option's value at a place as two numbers. */
function valueAt(k: Kernel, form: Form, at: number): { value: number; other: number } {
  if (form === 'time') return { value: read64(k, at), other: read64(k, at + 8) };
  return { value: k.memory.read32(at) | 0, other: form === 'pair' ? k.memory.read32(at + 4) | 0 : 0 };
}

const set = operation(options.setOption, [], {
  begin(k, f) {
    const length = BYTES[formOf(f.level, f.option)];
    if (f.length < length) return k.fail(ErrorNumber.EINVAL);
    const into = currentThread(k).scratch;
    return k.call(internal.readUser, { address: f.value, into, length }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { level, option } = f;
    const { object: socket } = openFileAt(k, f.file);
    const value = valueAt(k, formOf(level, option), currentThread(k).scratch);
    return k.call(network.setOption, { socket, level, option, ...value }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const tell = operation(options.tellOption, ['length'], {
  begin(k, f) {
    const into = currentThread(k).scratch;
    return k.call(internal.readUser, { address: f.lengthAt, into, length: INT_BYTES }, 'room');
  },
  room(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { scratch, scratch2 } = currentThread(k);
    const room = k.memory.read32(scratch) | 0;
    if (room < 0) return k.fail(ErrorNumber.EINVAL);
    const { level, option } = f;
    const into = ownSpan(scratch2, Math.min(room, LONGEST));
    return k.call(network.option, { socket: openFileAt(k, f.file).object, level, option, into }, 'value');
  },
  value(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.length = reply.value;
    const from = currentThread(k).scratch2;
    return k.call(internal.writeUser, { address: f.value, from, length: f.length }, 'told');
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

const setsockopt = onSocket({
  number: 208,
  name: 'setsockopt',
  arguments: {
    descriptor: 'descriptor',
    level: 'int',
    option: 'int',
    value: 'pointer',
    length: 'int',
  },
  support: { partial: 'the common options of SOL_SOCKET, IPPROTO_IP and IPPROTO_TCP' },
  act: (_k, { level, option, value, length }, file) =>
    ask(options.setOption, { file: file.address, level, option, value, length }),
});

const getsockopt = onSocket({
  number: 209,
  name: 'getsockopt',
  arguments: {
    descriptor: 'descriptor',
    level: 'int',
    option: 'int',
    value: 'pointer',
    length: 'pointer',
  },
  support: { partial: 'the common options of SOL_SOCKET, IPPROTO_IP and IPPROTO_TCP; no TCP_INFO' },
  act: (_k, { level, option, value, length }, file) =>
    ask(options.tellOption, { file: file.address, level, option, value, lengthAt: length }),
});

export const socketOptionOperations: readonly Operation[] = [set, tell];
export const socketOptionCalls: readonly SystemCall[] = [setsockopt, getsockopt];
