/** Lines of /proc/net: sockets and links as Linux shows them (net/ipv4/tcp_ipv4.c, udp.c, net/unix/af_unix.c, net-procfs.c). */

const HEX = 16;

function hex(value: number, digits: number): string {
  return (value >>> 0).toString(HEX).toUpperCase().padStart(digits, '0');
}

/** An address as its four bytes lie in a little-endian machine's memory. */
function host(address: number): string {
  const bytes = [0, 8, 16, 24].map((shift) => hex((address >>> shift) & 0xff, 2));
  return bytes.join('');
}

export interface SocketLine {
  readonly state: number;
  readonly number: number;
  readonly references: number;
  readonly user: number;
  readonly receiveBytes: number;
  readonly sendBytes: number;
  readonly localAddress: number;
  readonly remoteAddress: number;
  readonly localPort: number;
  readonly remotePort: number;
}

const TCP_WIDTH = 149;
const UDP_WIDTH = 127;

export const TCP_HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'.padEnd(
    TCP_WIDTH,
  );
export const UDP_HEADER =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'.padEnd(
    UDP_WIDTH,
  );

function ends(socket: SocketLine): string {
  const local = `${host(socket.localAddress)}:${hex(socket.localPort, 4)}`;
  return `${local} ${host(socket.remoteAddress)}:${hex(socket.remotePort, 4)}`;
}

/** What TCP's and UDP's lines have alike. */
function common(socket: SocketLine): string {
  const queues = `${hex(socket.sendBytes, 8)}:${hex(socket.receiveBytes, 8)}`;
  const user = String(socket.user).padStart(5);
  return `${ends(socket)} ${hex(socket.state, 2)} ${queues} 00:00000000 00000000 ${user}        0 ${socket.number}`;
}

export function tcpLine(index: number, socket: SocketLine): string {
  const text = `${String(index).padStart(4)}: ${common(socket)} ${socket.references} 0000000000000000 20 0 0 10 -1`;
  return text.padEnd(TCP_WIDTH);
}

export function udpLine(index: number, socket: SocketLine): string {
  return `${String(index).padStart(5)}: ${common(socket)} ${socket.references} 0000000000000000 0`.padEnd(
    UDP_WIDTH,
  );
}

export const UNIX_HEADER = 'Num       RefCount Protocol Flags    Type St Inode Path';

const ACCEPTING = 0x1_0000;
const UNCONNECTED = 1;
const CONNECTED = 3;

export interface LocalLine {
  readonly type: number;
  readonly number: number;
  readonly references: number;
  readonly connected: number;
  readonly listening: number;
}

/** @param name the socket's own name: bytes as characters, with the zero of an abstract one. */
export function unixLine(socket: LocalLine, name: string): string {
  const flags = socket.listening === 1 ? ACCEPTING : 0;
  const state = socket.connected === 1 ? CONNECTED : UNCONNECTED;
  const start = `0000000000000000: ${hex(socket.references, 8)} 00000000 ${hex(flags, 8)}`;
  const path = name === '' ? '' : ` ${name.replaceAll('\0', '@')}`;
  return `${start} ${hex(socket.type, 4)} ${hex(state, 2)} ${String(socket.number).padStart(5)}${path}`;
}

export const LINK_HEADER =
  'Inter-|   Receive                                                |  Transmit\n' +
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed';

export interface LinkLine {
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly dropped: number;
}

export function linkLine(name: string, link: LinkLine): string {
  const columns = (numbers: readonly (readonly [number, number])[]) =>
    numbers.map(([value, width]) => String(value).padStart(width)).join(' ');
  const received = columns([
    ...([
      [link.receivedBytes, 7],
      [link.receivedPackets, 7],
      [0, 4],
    ] as const),
    ...([
      [link.dropped, 4],
      [0, 4],
      [0, 5],
      [0, 10],
      [0, 9],
    ] as const),
  ]);
  const sent = columns([
    ...([
      [link.sentBytes, 8],
      [link.sentPackets, 7],
      [0, 4],
      [0, 4],
    ] as const),
    ...([
      [0, 4],
      [0, 5],
      [0, 7],
      [0, 10],
    ] as const),
  ]);
  return `${name.padStart(6)}: ${received} ${sent}`;
}
