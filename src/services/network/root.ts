/** The way to the service's root, and what its trees order. */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Tree } from '../../kernel/tree.ts';
import { Message, type MessageView, NetworkRoot, Socket, type SocketView } from './records.ts';

export function rootOf(k: Kernel): ViewOf<typeof NetworkRoot.schema> {
  return NetworkRoot.at(k.store, k.serviceRoot('network'));
}

type TreeName = 'sockets' | 'nodes' | 'abstract' | 'streamPorts' | 'datagramPorts' | 'connections' | 'timers';

export function treeOf(k: Kernel, name: TreeName): Tree {
  return new Tree(k.store, k.serviceRoot('network') + NetworkRoot.offsets[name]);
}

export function socketAt(k: Kernel, socket: PhysicalAddress): SocketView {
  return Socket.at(k.store, socket);
}

export function messageAt(k: Kernel, message: PhysicalAddress): MessageView {
  return Message.at(k.store, message);
}
