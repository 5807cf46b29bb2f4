/** Making sockets, naming them, and closing them. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { WakeReason } from '../../../contracts/service.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { AddressFamily, network, SocketType } from '../interface.ts';
import { setFirstLimits } from '../packets/tcp/limits.ts';
import { SocketState } from '../records.ts';
import { rootOf, socketAt } from '../root.ts';
import { readAddress } from './addresses.ts';
import { joinSockets } from './local.ts';
import { protocolError, protocolOf } from './protocols.ts';
import { takeOrphan } from './rights.ts';
import { dropSocket, makeSocket, numberOf } from './sockets.ts';

const create = operation(network.create, [], {
  begin(k, f) {
    const error = protocolError(f.family, f.type, f.protocol);
    if (error !== 0) return k.fail(error);
    const socket = makeSocket(k, f);
    if (socket === undefined) return k.fail(ErrorNumber.ENOBUFS);
    if (f.family === AddressFamily.internet && f.type === SocketType.stream) setFirstLimits(socket);
    return k.done(socket.address, numberOf(k, socket));
  },
});

const join = operation(network.join, [], {
  begin(k, f) {
    const first = socketAt(k, f.first);
    if (first.family !== AddressFamily.local) return k.fail(ErrorNumber.EOPNOTSUPP);
    joinSockets(first, socketAt(k, f.second));
    return k.done();
  },
});

const bind = operation(network.bind, [], {
  begin(k, f) {
    const address = readAddress(k, f.address);
    if (typeof address === 'number') return k.fail(address);
    const socket = socketAt(k, f.socket);
    const error = protocolOf(socket).bind(k, socket, address, f.node);
    return error === 0 ? k.done() : k.fail(error);
  },
});

/** net.core.somaxconn. */
const MOST_BACKLOG = 4096;

const listen = operation(network.listen, [], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    const protocol = protocolOf(socket);
    if (!protocol.isConnected) return k.fail(ErrorNumber.EOPNOTSUPP);
    const listening = socket.state === SocketState.listening;
    if (!listening && socket.state !== SocketState.open) return k.fail(ErrorNumber.EINVAL);
    const error = listening ? 0 : protocol.listen(k, socket);
    if (error !== 0) return k.fail(error);
    // A negative backlog is as large as can be.
    socket.backlog = Math.min(f.backlog < 0 ? MOST_BACKLOG : f.backlog, MOST_BACKLOG);
    socket.state = SocketState.listening;
    const { effectiveUser, effectiveGroup } = k.credentials;
    socket.process = f.process;
    socket.user = effectiveUser;
    socket.group = effectiveGroup;
    return k.done();
  },
});

const name = operation(network.name, [], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    const length = protocolOf(socket).name(k, socket, f.peer === 1);
    if (length < 0) return k.fail(ErrorNumber.ENOTCONN);
    const fits = Math.min(length, f.into.length);
    if (k.toSpan(f.into, 0, rootOf(k).scratch, fits) < fits) return k.fail(ErrorNumber.EFAULT);
    return k.done(length);
  },
});

const shutdown = operation(network.shutdown, [], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    const error = protocolOf(socket).shutdown(k, socket, f.how);
    return error === 0 ? k.done() : k.fail(error);
  },
});

const close = operation(network.close, ['until'], {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    protocolOf(socket).close(k, socket);
    const lingers = socket.linger === 1 && socket.lingerSeconds > 0;
    f.until = lingers ? k.after(k.now, socket.lingerSeconds) : 0;
    return k.goto('linger');
  },
  /** Whoever asked to waits until everything has arrived, for some time. */
  linger(k, f) {
    const socket = socketAt(k, f.socket);
    if (f.until > k.now && protocolOf(socket).isLeaving(k, socket))
      return k.wait([socket.writeQueue], f.until, 'lingered');
    return k.goto('leave');
  },
  lingered(k, _f, reply) {
    return k.goto(reply.value === WakeReason.woken ? 'linger' : 'leave');
  },
  leave(k, f) {
    dropSocket(k, f.socket);
    return k.done(rootOf(k).orphans === 0 ? 0 : 1);
  },
});

const orphan = operation(network.orphan, [], {
  begin: (k) => k.done(takeOrphan(k)),
});

export const openingOperations: readonly Operation[] = [
  create,
  join,
  bind,
  listen,
  name,
  shutdown,
  close,
  orphan,
];
