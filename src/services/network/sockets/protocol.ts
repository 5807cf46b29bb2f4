/**
 * What each kind of socket decides for itself. A protocol has no state: these are functions over the socket's records. Errors
 * are ErrorNumbers, 0 is none; WAIT means that the call has to wait, if it may.
 */
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { MessageView, SocketView } from '../records.ts';
import type { Address } from './addresses.ts';

/** In place of an error: not yet. */
export const WAIT = -1;

export interface Protocol {
  /** Are bytes a stream, without bounds? */
  readonly isStream: boolean;
  /** Must there be a connection to send or receive? */
  readonly isConnected: boolean;
  bind(k: Kernel, socket: SocketView, address: Address, node: number): number;
  listen(k: Kernel, socket: SocketView): number;
  /** Begins to connect: 0 when that is done, EINPROGRESS when it goes on by itself, WAIT when it cannot begin yet. */
  connect(k: Kernel, socket: SocketView, address: Address, node: number): number;
  /** The first connection that waits, for its accepter. */
  accept(k: Kernel, socket: SocketView): SocketView | undefined;
  /** Writes the socket's own address, or its peer's, to the root's scratch. Bytes, or -1 when there is no peer. */
  name(k: Kernel, socket: SocketView, peer: boolean): number;
  /** Bytes that may be sent now to the peer: positive; or else an error, negated, or 0 to wait. For streams. */
  room(k: Kernel, socket: SocketView): number;
  /** The message that bytes to be sent may be put behind, or 0. For streams. */
  tail(k: Kernel, socket: SocketView, process: number): PhysicalAddress;
  /** Bytes were put behind the tail, or into a new message. For streams. */
  pushed(k: Kernel, socket: SocketView, message: PhysicalAddress, isNew: boolean, length: number): void;
  /** Sends a whole message: 0, an error, or WAIT. The message is the protocol's when it is sent. */
  send(
    k: Kernel,
    socket: SocketView,
    message: MessageView,
    address: Address | undefined,
    node: number,
  ): number;
  /** What a sender that must wait sleeps on, and a connecter. */
  sendQueues(k: Kernel, socket: SocketView): readonly PhysicalAddress[];
  connectQueue(k: Kernel, socket: SocketView): PhysicalAddress;
  /** Bytes of a stream were taken by a reader. */
  received(k: Kernel, socket: SocketView, bytes: number): void;
  /** A message was taken out of the queue. */
  taken(k: Kernel, socket: SocketView): void;
  shutdown(k: Kernel, socket: SocketView, how: number): number;
  /** poll(2) events that are the protocol's own: what can be sent, who has hung up. */
  poll(k: Kernel, socket: SocketView): number;
  /** Bytes that are on their way. */
  unsent(k: Kernel, socket: SocketView): number;
  /** Is something that was sent before the socket was closed still on its way? */
  isLeaving(k: Kernel, socket: SocketView): boolean;
  /** Ends what the socket takes part in. It stays as long as others hold it. */
  close(k: Kernel, socket: SocketView): void;
}
