/** UDP (RFC 768) for its sockets: messages with bounds, without connections and without promises. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { AddressFamily, PollEvent, ShutdownBit } from '../interface.ts';
import { type MessageView, SocketState, type SocketView } from '../records.ts';
import { type Address, putInternet } from '../sockets/addresses.ts';
import { unpublish } from '../sockets/names.ts';
import type { Protocol } from '../sockets/protocol.ts';
import { WAIT } from '../sockets/protocol.ts';
import { emptyQueue } from '../sockets/queues.ts';
import { hasSendRoom, wakeAll } from '../sockets/sockets.ts';
import { pump } from './input.ts';
import { transmit } from './output.ts';
import { makePacket } from './packets.ts';
import { bindInternet, takeEphemeral, waysTo } from './ports.ts';

const UDP = 17;
/** Bytes of the largest datagram. */
const MOST_BYTES = 65_507;

/** Gives a socket without a port one. */
function ensurePort(k: Kernel, socket: SocketView): number {
  return socket.localPort !== 0 ? 0 : takeEphemeral(k, socket, ErrorNumber.EAGAIN);
}

function connect(k: Kernel, socket: SocketView, address: Address): number {
  if (address.family === AddressFamily.none) {
    socket.state = SocketState.open;
    socket.remoteAddress = 0;
    socket.remotePort = 0;
    return 0;
  }
  if (address.family !== AddressFamily.internet) return ErrorNumber.EAFNOSUPPORT;
  const ways = waysTo(k, socket, address.host);
  if (typeof ways === 'number') return ways;
  const error = ensurePort(k, socket);
  if (error !== 0) return error;
  socket.localAddress = ways.from;
  socket.remoteAddress = ways.to;
  socket.remotePort = address.port;
  socket.state = SocketState.connected;
  return 0;
}

/** Where a message goes. */
function targetOf(socket: SocketView, address: Address | undefined): { host: number; port: number } | number {
  if (address === undefined) {
    const { remoteAddress, remotePort, state } = socket;
    return state === SocketState.connected
      ? { host: remoteAddress, port: remotePort }
      : ErrorNumber.EDESTADDRREQ;
  }
  const { family, host, port } = address;
  if (family !== AddressFamily.internet && family !== AddressFamily.none) return ErrorNumber.EAFNOSUPPORT;
  return port === 0 ? ErrorNumber.EINVAL : { host, port };
}

function send(
  k: Kernel,
  socket: SocketView,
  message: MessageView,
  address: Address | undefined,
  _node: number,
): number {
  if (message.length > MOST_BYTES) return ErrorNumber.EMSGSIZE;
  const target = targetOf(socket, address);
  if (typeof target === 'number') return target;
  if ((socket.shutdown & ShutdownBit.send) !== 0) return ErrorNumber.EPIPE;
  const ways = waysTo(k, socket, target.host);
  if (typeof ways === 'number') return ways;
  const error = ensurePort(k, socket);
  if (error !== 0) return error;
  if (socket.sendCharge > 0 && socket.sendCharge + message.charge > socket.sendLimit) return WAIT;
  const packet = makePacket(
    k,
    {
      protocol: UDP,
      source: ways.from,
      sourcePort: socket.localPort,
      destination: ways.to,
      destinationPort: target.port,
    },
    message.address,
  );
  if (packet === undefined) return ErrorNumber.ENOBUFS;
  packet.timeToLive = socket.timeToLive;
  transmit(k, packet);
  pump(k);
  return 0;
}

function shutdown(k: Kernel, socket: SocketView, how: number): number {
  const error = socket.state === SocketState.connected ? 0 : ErrorNumber.ENOTCONN;
  socket.shutdown |= how;
  wakeAll(k, socket);
  return error;
}

function name(k: Kernel, socket: SocketView, peer: boolean): number {
  if (!peer) return putInternet(k, socket.localAddress, socket.localPort);
  if (socket.state !== SocketState.connected) return -1;
  return putInternet(k, socket.remoteAddress, socket.remotePort);
}

export const datagramProtocol: Protocol = {
  isStream: false,
  isConnected: false,
  bind: bindInternet,
  listen: () => ErrorNumber.EOPNOTSUPP,
  connect,
  accept: () => undefined,
  name,
  room: (_k, socket) => socket.sendLimit,
  tail: () => 0,
  pushed: () => undefined,
  send,
  sendQueues: (_k, socket) => [socket.writeQueue],
  connectQueue: (_k, socket) => socket.writeQueue,
  received: () => undefined,
  taken: () => undefined,
  shutdown,
  poll: (_k, socket) => (hasSendRoom(socket) ? PollEvent.out | PollEvent.writeNormal : 0),
  unsent: (_k, socket) => socket.sendCharge,
  isLeaving: () => false,
  close(k, socket) {
    unpublish(k, socket);
    socket.state = SocketState.closed;
    emptyQueue(k, socket);
  },
};
