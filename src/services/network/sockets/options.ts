/**
 * Options of sockets: setsockopt and getsockopt at the levels of sockets, IP and TCP. Most are a number in the socket's
 * record, which the table below names; the others have functions of their own.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { AddressFamily, network, SocketType } from '../interface.ts';
import { connectionOf } from '../packets/tcp/connections.ts';
import { SocketState, type SocketView } from '../records.ts';
import { rootOf, socketAt } from '../root.ts';
import { IpOption, OptionLevel, SocketOption, TcpOption } from './option-numbers.ts';
import { takeError } from './sockets.ts';

const INT_BYTES = 4;
const MICROSECONDS = 1_000_000;

/** Fields that are an option's value as it is. */
type Field =
  | 'reuseAddress'
  | 'dontRoute'
  | 'broadcast'
  | 'keepAlive'
  | 'outOfBandInline'
  | 'priority'
  | 'reusePort'
  | 'passCredentials'
  | 'lowWater'
  | 'mark'
  | 'noDelay'
  | 'cork'
  | 'keepAliveIdle'
  | 'keepAliveInterval'
  | 'keepAliveCount'
  | 'userTimeout'
  | 'typeOfService'
  | 'timeToLive';

interface Plain {
  readonly field: Field;
  /** The greatest value, 1 for those that are on or off; and the least. */
  readonly most: number;
  readonly least: number;
  /** What is shown for 0. */
  readonly normal?: number;
}

function flag(field: Field): Plain {
  return { field, least: 0, most: 1 };
}

function count(field: Field, least: number, most: number, normal = 0): Plain {
  return { field, least, most, normal };
}

const INT_MOST = 0x7fff_ffff;

const PLAIN: { readonly [level: number]: { readonly [option: number]: Plain } } = {
  [OptionLevel.socket]: {
    [SocketOption.reuseAddress]: flag('reuseAddress'),
    [SocketOption.dontRoute]: flag('dontRoute'),
    [SocketOption.broadcast]: flag('broadcast'),
    [SocketOption.keepAlive]: flag('keepAlive'),
    [SocketOption.outOfBandInline]: flag('outOfBandInline'),
    [SocketOption.priority]: count('priority', 0, INT_MOST),
    [SocketOption.reusePort]: flag('reusePort'),
    [SocketOption.passCredentials]: flag('passCredentials'),
    [SocketOption.receiveLowWater]: count('lowWater', 0, INT_MOST),
    [SocketOption.mark]: count('mark', 0, INT_MOST),
  },
  [OptionLevel.tcp]: {
    [TcpOption.noDelay]: flag('noDelay'),
    [TcpOption.cork]: flag('cork'),
    [TcpOption.keepIdle]: count('keepAliveIdle', 1, 32_767, 7200),
    [TcpOption.keepInterval]: count('keepAliveInterval', 1, 32_767, 75),
    [TcpOption.keepCount]: count('keepAliveCount', 1, 127, 9),
    [TcpOption.userTimeout]: count('userTimeout', 0, INT_MOST),
  },
  [OptionLevel.ip]: {
    [IpOption.typeOfService]: count('typeOfService', 0, 255),
    [IpOption.timeToLive]: count('timeToLive', 1, 255, 64),
  },
};

/** net.core.rmem_max and wmem_max; what Linux gives at least. */
const MOST_BUFFER = 212_992;
const LEAST_RECEIVE = 2304;
const LEAST_SEND = 4608;

/** A size that was asked for, as Linux takes it: doubled, within bounds. */
function bufferSize(value: number, least: number): number {
  const bounded = value < 0 ? MOST_BUFFER : Math.min(value, MOST_BUFFER);
  return Math.max(bounded * 2, least);
}

/** Does an option of this level mean anything to the socket? If not, the error of one of both calls. */
function levelError(socket: SocketView, level: number, unknown: number): number {
  if (level === OptionLevel.socket) return 0;
  if (socket.family !== AddressFamily.internet) return ErrorNumber.EOPNOTSUPP;
  const known = level === OptionLevel.ip || (level === OptionLevel.tcp && socket.type === SocketType.stream);
  return known ? 0 : unknown;
}

function cyclesOf(k: Kernel, seconds: number, microseconds: number): number {
  return Math.ceil(seconds * k.hertz + (microseconds * k.hertz) / MICROSECONDS);
}

function setTimeout(k: Kernel, socket: SocketView, option: number, seconds: number, rest: number): number {
  if (rest < 0 || rest >= MICROSECONDS) return ErrorNumber.EDOM;
  // A time before now is no wait at all; 0 is for ever.
  const timeout = seconds < 0 ? 1 : cyclesOf(k, seconds, rest);
  const bounded = timeout <= Number.MAX_SAFE_INTEGER ? timeout : 0;
  if (option === SocketOption.receiveTimeout) socket.receiveTimeout = bounded;
  else socket.sendTimeout = bounded;
  return 0;
}

/** Options of sockets that are more than a number. */
function setSocketOption(
  k: Kernel,
  socket: SocketView,
  option: number,
  value: number,
  other: number,
): number {
  switch (option) {
    case SocketOption.sendBuffer:
    case SocketOption.sendBufferForced:
      socket.sendLimit = bufferSize(value, LEAST_SEND);
      socket.limitSet = 1;
      k.wake(socket.writeQueue);
      return 0;
    case SocketOption.receiveBuffer:
    case SocketOption.receiveBufferForced:
      socket.receiveLimit = bufferSize(value, LEAST_RECEIVE);
      return 0;
    case SocketOption.linger:
      socket.linger = value === 0 ? 0 : 1;
      socket.lingerSeconds = Math.max(0, other);
      return 0;
    case SocketOption.receiveTimeout:
    case SocketOption.sendTimeout:
      return setTimeout(k, socket, option, value, other);
    case SocketOption.debug:
      return value === 0 || k.credentials.effectiveUser === 0 ? 0 : ErrorNumber.EACCES;
    default:
      return ErrorNumber.ENOPROTOOPT;
  }
}

function setPlain(socket: SocketView, plain: Plain, value: number): number {
  const { field, least, most } = plain;
  if (most === 1) {
    socket[field] = value === 0 ? 0 : 1;
    return 0;
  }
  if (field === 'timeToLive' && value === -1) {
    socket.timeToLive = plain.normal ?? 0;
    return 0;
  }
  if (value < least || value > most) return ErrorNumber.EINVAL;
  socket[field] = value;
  return 0;
}

/** Options that are taken and change nothing here. */
function isIdle(level: number, option: number): boolean {
  if (level === OptionLevel.ip) return option === IpOption.discoverMtu || option === IpOption.receiveErrors;
  return level === OptionLevel.tcp && option === TcpOption.quickAcknowledge;
}

const setOption = operation(network.setOption, [], {
  begin(k, f) {
    const { level, option, value, other } = f;
    const socket = socketAt(k, f.socket);
    const refused = levelError(socket, level, ErrorNumber.ENOPROTOOPT);
    if (refused !== 0) return k.fail(refused);
    const plain = PLAIN[level]?.[option];
    if (plain !== undefined) {
      const error = setPlain(socket, plain, value);
      return error === 0 ? k.done() : k.fail(error);
    }
    if (isIdle(level, option)) return k.done();
    if (level !== OptionLevel.socket) return k.fail(ErrorNumber.ENOPROTOOPT);
    const error = setSocketOption(k, socket, option, value, other);
    return error === 0 ? k.done() : k.fail(error);
  },
});

/** Writes numbers, 32 bits each, to the root's scratch. Returns their bytes. */
function put(k: Kernel, at: PhysicalAddress, ...numbers: readonly number[]): number {
  numbers.forEach((number, index) => {
    k.memory.write32(at + index * INT_BYTES, number >>> 0);
  });
  return numbers.length * INT_BYTES;
}

/** A struct timeval. */
function putTime(k: Kernel, at: PhysicalAddress, cycles: number): number {
  const seconds = Math.floor(cycles / k.hertz);
  const rest = Math.floor(((cycles - seconds * k.hertz) * MICROSECONDS) / k.hertz);
  return put(k, at, seconds, seconds / 2 ** 32, rest, 0);
}

/** Who the peer is: a struct ucred. */
function putPeer(k: Kernel, at: PhysicalAddress, socket: SocketView): number {
  const known = socket.family === AddressFamily.local && socket.peer !== 0;
  if (!known) return put(k, at, 0, -1, -1);
  return put(k, at, socket.peerProcess, socket.peerUser, socket.peerGroup);
}

/** An option's value at a place; its bytes, or -1 when there is no such option. */
function putSocketOption(k: Kernel, at: PhysicalAddress, socket: SocketView, option: number): number {
  switch (option) {
    case SocketOption.type:
      return put(k, at, socket.type);
    case SocketOption.error:
      return put(k, at, takeError(socket));
    case SocketOption.sendBuffer:
      return put(k, at, socket.sendLimit);
    case SocketOption.receiveBuffer:
      return put(k, at, socket.receiveLimit);
    case SocketOption.linger:
      return put(k, at, socket.linger, socket.lingerSeconds);
    case SocketOption.peerCredentials:
      return putPeer(k, at, socket);
    case SocketOption.receiveTimeout:
      return putTime(k, at, socket.receiveTimeout);
    case SocketOption.sendTimeout:
      return putTime(k, at, socket.sendTimeout);
    case SocketOption.acceptsConnections:
      return put(k, at, socket.state === SocketState.listening ? 1 : 0);
    case SocketOption.protocol:
      return put(k, at, protocolNumber(socket));
    case SocketOption.family:
      return put(k, at, socket.family);
    case SocketOption.sendLowWater:
      return put(k, at, 1);
    case SocketOption.debug:
      return put(k, at, 0);
    default:
      return -1;
  }
}

const TCP = 6;
const UDP = 17;

function protocolNumber(socket: SocketView): number {
  if (socket.family !== AddressFamily.internet) return socket.protocol;
  return socket.type === SocketType.stream ? TCP : UDP;
}

/** Segments of connections that are not there yet. */
const NORMAL_SEGMENT = 536;

const option = operation(network.option, [], {
  begin(k, f) {
    const { level, option: number } = f;
    const socket = socketAt(k, f.socket);
    const refused = levelError(socket, level, ErrorNumber.EOPNOTSUPP);
    if (refused !== 0) return k.fail(refused);
    const { scratch } = rootOf(k);
    const plain = PLAIN[level]?.[number];
    let bytes = -1;
    if (plain !== undefined) bytes = put(k, scratch, socket[plain.field] || (plain.normal ?? 0));
    else if (level === OptionLevel.socket) bytes = putSocketOption(k, scratch, socket, number);
    else if (level === OptionLevel.tcp && number === TcpOption.largestSegment)
      bytes = put(k, scratch, connectionOf(k, socket)?.largestSegment ?? NORMAL_SEGMENT);
    else if (isIdle(level, number)) bytes = put(k, scratch, 0);
    if (bytes < 0) return k.fail(ErrorNumber.ENOPROTOOPT);
    const fits = Math.min(bytes, f.into.length);
    return k.toSpan(f.into, 0, scratch, fits) === fits ? k.done(fits) : k.fail(ErrorNumber.EFAULT);
  },
});

export const optionOperations: readonly Operation[] = [setOption, option];
