/** Numbers of options and of their levels (asm-generic/socket.h, linux/tcp.h, linux/in.h). */

export const OptionLevel = { ip: 0, socket: 1, tcp: 6 } as const;

export const SocketOption = {
  debug: 1,
  reuseAddress: 2,
  type: 3,
  error: 4,
  dontRoute: 5,
  broadcast: 6,
  sendBuffer: 7,
  receiveBuffer: 8,
  keepAlive: 9,
  outOfBandInline: 10,
  priority: 12,
  linger: 13,
  reusePort: 15,
  passCredentials: 16,
  peerCredentials: 17,
  receiveLowWater: 18,
  sendLowWater: 19,
  receiveTimeout: 20,
  sendTimeout: 21,
  acceptsConnections: 30,
  sendBufferForced: 32,
  receiveBufferForced: 33,
  mark: 36,
  protocol: 38,
  family: 39,
} as const;

export const TcpOption = {
  noDelay: 1,
  largestSegment: 2,
  cork: 3,
  keepIdle: 4,
  keepInterval: 5,
  keepCount: 6,
  quickAcknowledge: 12,
  userTimeout: 18,
} as const;

export const IpOption = { typeOfService: 1, timeToLive: 2, discoverMtu: 10, receiveErrors: 11 } as const;
