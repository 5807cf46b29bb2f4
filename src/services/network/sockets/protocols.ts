/** Which protocol a socket has. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { AddressFamily, SocketType } from '../interface.ts';
import { streamProtocol } from '../packets/tcp/protocol.ts';
import { datagramProtocol } from '../packets/udp.ts';
import { localDatagram, localSequential, localStream } from './local.ts';
import type { Protocol } from './protocol.ts';

/** IPPROTO_*. */
export const ProtocolNumber = { any: 0, icmp: 1, tcp: 6, udp: 17 } as const;
/** PF_UNIX: the protocol of a local socket, for those who name one. */
const LOCAL_PROTOCOL = 1;
/** SOCK_* go up to here. */
const MOST_TYPE = 10;
const RAW = 3;

export function protocolOf(socket: { readonly family: number; readonly type: number }): Protocol {
  if (socket.family === AddressFamily.internet)
    return socket.type === SocketType.stream ? streamProtocol : datagramProtocol;
  if (socket.type === SocketType.stream) return localStream;
  return socket.type === SocketType.sequential ? localSequential : localDatagram;
}

/** 0, or the error that socket(2) has for such a request. */
export function protocolError(family: number, type: number, protocol: number): number {
  if (type < 0 || type > MOST_TYPE) return ErrorNumber.EINVAL;
  if (family === AddressFamily.local) {
    if (protocol !== 0 && protocol !== LOCAL_PROTOCOL) return ErrorNumber.EPROTONOSUPPORT;
    const known =
      type === SocketType.stream || type === SocketType.datagram || type === SocketType.sequential;
    return known ? 0 : ErrorNumber.ESOCKTNOSUPPORT;
  }
  return family === AddressFamily.internet ? internetError(type, protocol) : ErrorNumber.EAFNOSUPPORT;
}

const { any, icmp, tcp, udp } = ProtocolNumber;

function internetError(type: number, protocol: number): number {
  if (type !== SocketType.stream && type !== SocketType.datagram)
    return type === RAW ? ErrorNumber.EPERM : ErrorNumber.ESOCKTNOSUPPORT;
  const own = type === SocketType.stream ? tcp : udp;
  // Echoes for programs (SOCK_DGRAM with ICMP) are for groups that a machine names, and none is named.
  if (type === SocketType.datagram && protocol === icmp) return ErrorNumber.EACCES;
  return protocol === any || protocol === own ? 0 : ErrorNumber.EPROTONOSUPPORT;
}
