/** Which protocol a socket has. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { AddressFamily, SocketType } from '../interface.ts';
import { localDatagram, localSequential, localStream } from './local.ts';
import type { Protocol } from './protocol.ts';

/** IPPROTO_*. */
export const ProtocolNumber = { any: 0, icmp: 1, tcp: 6, udp: 17 } as const;
/** PF_UNIX: the protocol of a local socket, for those who name one. */
const LOCAL_PROTOCOL = 1;
/** SOCK_* go up to here. */
const MOST_TYPE = 10;

export function protocolOf(socket: { readonly family: number; readonly type: number }): Protocol {
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
  return ErrorNumber.EAFNOSUPPORT;
}
