/** Sockets and links as lists, for those who show them. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import { PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FrameUse } from '../../../kernel/objects.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { LinkFigures, SocketFigures } from '../figures.ts';
import { network } from '../interface.ts';
import { linkAt } from '../link/links.ts';
import { connectionOf } from '../packets/tcp/connections.ts';
import { Socket, SocketState, type SocketView } from '../records.ts';
import { rootOf, socketAt, treeOf } from '../root.ts';
import { nameAt } from './names.ts';
import { protocolOf } from './protocols.ts';
import { numberOf } from './sockets.ts';

function put(k: Kernel, at: PhysicalAddress, socket: SocketView): void {
  const figures = SocketFigures.at(k.store, at);
  figures.family = socket.family;
  figures.type = socket.type;
  figures.state = connectionOf(k, socket)?.state ?? 0;
  figures.number = numberOf(k, socket);
  figures.references = socket.references;
  figures.connected = socket.state === SocketState.connected ? 1 : 0;
  figures.listening = socket.state === SocketState.listening ? 1 : 0;
  figures.open = socket.state === SocketState.closed ? 0 : 1;
  figures.user = socket.user;
  figures.receiveBytes = socket.receiveBytes;
  figures.sendBytes = protocolOf(socket).unsent(k, socket);
  figures.localAddress = socket.localAddress;
  figures.remoteAddress = socket.remoteAddress;
  figures.localPort = socket.localPort;
  figures.remotePort = socket.remotePort;
  if (socket.name === 0) return;
  const { bytes, length } = nameAt(k, socket.name);
  figures.pathLength = length;
  k.memory.copy(figures.path, bytes, length);
}

const list = operation(network.list, [], {
  begin(k, f) {
    const tree = treeOf(k, 'sockets');
    const node = tree.atLeast(f.after + 1);
    if (node === 0) return k.done(0);
    const frame = k.frames.allocate(k.domain, FrameUse.buffer);
    if (frame === 0) return k.fail(ErrorNumber.ENOMEM);
    const socket = socketAt(k, node - Socket.offsets.node);
    put(k, frame * PAGE_SIZE, socket);
    const length = Math.min(f.into.length, SocketFigures.size);
    const went = k.toSpan(f.into, 0, frame * PAGE_SIZE, length);
    k.frames.release(frame);
    return went === length ? k.done(tree.key(node)) : k.fail(ErrorNumber.EFAULT);
  },
});

const link = operation(network.link, [], {
  begin(k, f) {
    let at = rootOf(k).links;
    while (at !== 0 && linkAt(k, at).index !== f.index) at = linkAt(k, at).next;
    if (at === 0) return k.done(0);
    const frame = k.frames.allocate(k.domain, FrameUse.buffer);
    if (frame === 0) return k.fail(ErrorNumber.ENOMEM);
    const from = linkAt(k, at);
    const figures = LinkFigures.at(k.store, frame * PAGE_SIZE);
    figures.mtu = from.mtu;
    figures.host = from.host;
    figures.mask = from.mask;
    figures.receivedPackets = from.receivedPackets;
    figures.receivedBytes = from.receivedBytes;
    figures.sentPackets = from.sentPackets;
    figures.sentBytes = from.sentBytes;
    figures.dropped = from.dropped;
    figures.nameLength = from.nameLength;
    k.memory.copy(figures.name, from.name, from.nameLength);
    const length = Math.min(f.into.length, LinkFigures.size);
    const went = k.toSpan(f.into, 0, frame * PAGE_SIZE, length);
    k.frames.release(frame);
    return went === length ? k.done(length) : k.fail(ErrorNumber.EFAULT);
  },
});

export const listingOperations: readonly Operation[] = [list, link];
