/** What can be said of a socket without changing it: events, figures, lists. */
import { type Operation, operation } from '../../../kernel/operation.ts';
import { network, PollEvent, ShutdownBit } from '../interface.ts';
import { SocketState, type SocketView } from '../records.ts';
import { socketAt } from '../root.ts';
import { protocolOf } from './protocols.ts';

const READABLE = PollEvent.in | PollEvent.readNormal;

/** Events that every kind of socket has. */
function eventsOf(socket: SocketView): number {
  const { shutdown, state } = socket;
  let events = 0;
  if (socket.error !== 0) events |= PollEvent.error;
  if (socket.firstMessage !== 0 || socket.firstPending !== 0) events |= READABLE;
  if ((shutdown & ShutdownBit.receive) !== 0) events |= READABLE | PollEvent.peerHangUp;
  if (shutdown === ShutdownBit.both && state !== SocketState.listening) events |= PollEvent.hangUp;
  return events;
}

const poll = operation(network.poll, [], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    const own = socket.state === SocketState.listening ? 0 : protocolOf(socket).poll(k, socket);
    return k.done(eventsOf(socket) | own, socket.pollQueue);
  },
});

const figures = operation(network.figures, [], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    return k.done(socket.receiveBytes, protocolOf(socket).unsent(k, socket));
  },
});

export const pollingOperations: readonly Operation[] = [poll, figures];
