/** Connections: asking for one, accepting one. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { type OutcomeNumber, WakeReason } from '../../../contracts/service.ts';
import { NEVER } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { network } from '../interface.ts';
import { SocketState } from '../records.ts';
import { socketAt } from '../root.ts';
import { waitUntil, wakeError } from '../wiring.ts';
import { readAddress } from './addresses.ts';
import { WAIT } from './protocol.ts';
import { protocolOf } from './protocols.ts';
import { numberOf, takeError } from './sockets.ts';

/** What became of a connection that took its time. */
function settleConnection(k: Kernel, address: number): OutcomeNumber {
  const socket = socketAt(k, address);
  socket.unsettled = 0;
  const error = takeError(socket);
  if (error !== 0) return k.fail(error);
  return socket.state === SocketState.connected ? k.done() : k.fail(ErrorNumber.ECONNABORTED);
}

const connect = operation(network.connect, ['until'], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    f.until = waitUntil(k, socket.sendTimeout);
    if (socket.unsettled === 0) return k.goto('try');
    if (socket.state === SocketState.connecting && f.wait === 0) return k.fail(ErrorNumber.EALREADY);
    return k.goto('watch');
  },
  try(k, f) {
    const address = readAddress(k, f.address);
    if (typeof address === 'number') return k.fail(address);
    const socket = socketAt(k, f.socket);
    if (socket.state !== SocketState.connected) socket.process = f.process;
    const protocol = protocolOf(socket);
    const error = protocol.connect(k, socket, address, f.node);
    if (error === 0) return k.done();
    if (error === ErrorNumber.EINPROGRESS) return f.wait === 0 ? k.fail(error) : k.goto('watch');
    if (error !== WAIT) return k.fail(error);
    if (f.wait === 0) return k.fail(ErrorNumber.EAGAIN);
    return k.wait([protocol.connectQueue(k, socket)], f.until, 'again');
  },
  again(k, f, reply) {
    const error = wakeError(reply, f.until);
    return error === 0 ? k.goto('try') : k.fail(error);
  },
  watch(k, f) {
    const socket = socketAt(k, f.socket);
    if (socket.state !== SocketState.connecting) return settleConnection(k, f.socket);
    return k.wait([socket.writeQueue], f.until, 'watched');
  },
  watched(k, f, reply) {
    if (reply.value === WakeReason.woken) return k.goto('watch');
    if (socketAt(k, f.socket).state !== SocketState.connecting) return settleConnection(k, f.socket);
    if (reply.value === WakeReason.deadline) return k.fail(ErrorNumber.EINPROGRESS);
    return k.fail(f.until === NEVER ? ErrorNumber.ERESTART : ErrorNumber.EINTR);
  },
});

const accept = operation(network.accept, ['until'], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    if (!protocolOf(socket).isConnected) return k.fail(ErrorNumber.EOPNOTSUPP);
    f.until = waitUntil(k, socket.receiveTimeout);
    return k.goto('look');
  },
  look(k, f) {
    const socket = socketAt(k, f.socket);
    if (socket.state !== SocketState.listening) return k.fail(ErrorNumber.EINVAL);
    const error = takeError(socket);
    if (error !== 0) return k.fail(error);
    const made = protocolOf(socket).accept(k, socket);
    if (made !== undefined) return k.done(made.address, numberOf(k, made));
    if (f.wait === 0) return k.fail(ErrorNumber.EAGAIN);
    return k.wait([socket.readQueue], f.until, 'woken');
  },
  woken(k, f, reply) {
    const error = wakeError(reply, f.until);
    return error === 0 ? k.goto('look') : k.fail(error);
  },
});

export const connectingOperations: readonly Operation[] = [connect, accept];
