/** Addresses and ports of internet sockets: who has which, who may have which, and which is free. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { AddressFamily, SocketType } from '../interface.ts';
import { isOwn, LOOPBACK_ADDRESS, routeTo } from '../link/links.ts';
import { Socket, SocketState, type SocketView } from '../records.ts';
import { socketAt, treeOf } from '../root.ts';
import type { Address } from '../sockets/addresses.ts';
import { Bound } from '../sockets/names.ts';

/** net.ipv4.ip_local_port_range, and the first port that everybody may take. */
const FIRST_EPHEMERAL = 32_768;
const EPHEMERALS = 60_999 - FIRST_EPHEMERAL + 1;
const FIRST_FREE = 1024;

function treeFor(socket: SocketView): 'streamPorts' | 'datagramPorts' {
  return socket.type === SocketType.stream ? 'streamPorts' : 'datagramPorts';
}

/** Sockets of a kind on a port. */
export function* onPort(
  k: Kernel,
  tree: 'streamPorts' | 'datagramPorts',
  port: number,
): Generator<SocketView> {
  const ports = treeOf(k, tree);
  for (let node = ports.atLeast(port); node !== 0 && ports.key(node) === port; node = ports.after(node))
    yield socketAt(k, node - Socket.offsets.bound);
}

function overlap(a: number, b: number): boolean {
  return a === 0 || b === 0 || a === b;
}

/** Does one socket keep another from an address and port (net/ipv4/inet_connection_sock.c, udp.c)? */
function conflicts(socket: SocketView, other: SocketView, listens: boolean): boolean {
  if (other.address === socket.address || !overlap(socket.localAddress, other.localAddress)) return false;
  if (socket.reusePort === 1 && other.reusePort === 1 && socket.user === other.user) return false;
  if (socket.reuseAddress === 0 || other.reuseAddress === 0) return true;
  if (socket.type !== SocketType.stream) return false;
  return other.state === SocketState.listening || (listens && other.state === SocketState.listening);
}

/** 0, or EADDRINUSE. */
export function portError(k: Kernel, socket: SocketView, port: number, listens = false): number {
  for (const other of onPort(k, treeFor(socket), port))
    if (conflicts(socket, other, listens)) return ErrorNumber.EADDRINUSE;
  return 0;
}

/** Gives a socket a port: it can be found by it from now on. */
export function takePort(k: Kernel, socket: SocketView, port: number): void {
  socket.localPort = port;
  treeOf(k, treeFor(socket)).insert(socket.bound, port);
  socket.isBound = socket.type === SocketType.stream ? Bound.streamPort : Bound.datagramPort;
}

/** Gives a socket a port that nobody has; EADDRINUSE, or for connections EADDRNOTAVAIL, when there is none. */
export function takeEphemeral(k: Kernel, socket: SocketView, error: number): number {
  const start = k.choose('ephemeral port', EPHEMERALS);
  const ports = treeOf(k, treeFor(socket));
  for (let tried = 0; tried < EPHEMERALS; tried++) {
    const port = FIRST_EPHEMERAL + ((start + tried) % EPHEMERALS);
    const node = ports.atLeast(port);
    if (node !== 0 && ports.key(node) === port) continue;
    takePort(k, socket, port);
    return 0;
  }
  return error;
}

/** bind(2) for internet sockets. */
export function bindInternet(k: Kernel, socket: SocketView, address: Address): number {
  const { family, host, port } = address;
  // Old programs say AF_UNSPEC for any address.
  const unnamed = family === AddressFamily.none && address.length >= 14;
  if (family !== AddressFamily.internet && !unnamed) return ErrorNumber.EAFNOSUPPORT;
  if (host !== 0 && !isOwn(k, host)) return ErrorNumber.EADDRNOTAVAIL;
  if (port > 0 && port < FIRST_FREE && k.credentials.effectiveUser !== 0) return ErrorNumber.EACCES;
  if (socket.isBound !== Bound.no || socket.state !== SocketState.open) return ErrorNumber.EINVAL;
  socket.localAddress = host;
  if (port === 0) return takeEphemeral(k, socket, ErrorNumber.EADDRINUSE);
  const error = portError(k, socket, port);
  if (error !== 0) socket.localAddress = 0;
  else takePort(k, socket, port);
  return error;
}

/** The address that a destination stands for, and the one that is sent from; an error when there is no way to it. */
export function waysTo(k: Kernel, socket: SocketView, host: number): { from: number; to: number } | number {
  // Nowhere in particular is here.
  const to = host === 0 ? LOOPBACK_ADDRESS : host;
  const link = routeTo(k, to);
  if (link === undefined) return ErrorNumber.ENETUNREACH;
  return { from: socket.localAddress !== 0 ? socket.localAddress : link.host, to };
}
