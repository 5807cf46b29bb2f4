/** What a socket has received and nobody has read: a queue of messages. */
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { SocketView } from '../records.ts';
import { messageAt } from '../root.ts';
import { dropMessage } from './messages.ts';

/** Puts a message at the end of what a socket has received. Wakes nobody. */
export function enqueue(k: Kernel, socket: SocketView, address: PhysicalAddress): void {
  const message = messageAt(k, address);
  message.next = 0;
  if (socket.lastMessage !== 0) messageAt(k, socket.lastMessage).next = address;
  else socket.firstMessage = address;
  socket.lastMessage = address;
  socket.receiveBytes += message.length;
  socket.receiveCharge += message.charge;
}

/** Takes the first message out of the queue; it is the caller's. */
export function dequeue(k: Kernel, socket: SocketView): PhysicalAddress {
  const address = socket.firstMessage;
  const message = messageAt(k, address);
  socket.firstMessage = message.next;
  if (message.next === 0) socket.lastMessage = 0;
  socket.receiveBytes -= message.length;
  socket.receiveCharge -= message.charge;
  message.next = 0;
  return address;
}

/** Drops everything that was received. */
export function emptyQueue(k: Kernel, socket: SocketView): void {
  while (socket.firstMessage !== 0) dropMessage(k, dequeue(k, socket));
}
