/** TCP's connections: how they begin, how they end, and which ports they have (RFC 9293, tcp(7), ip(7)). */
import { describe, expect, test } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { AddressFamily, network, PollEvent, SocketType } from '../../../src/services/network/interface.ts';
import { Connection, TcpState } from '../../../src/services/network/packets/records.ts';
import { SocketState } from '../../../src/services/network/records.ts';
import { rootOf, socketAt, treeOf } from '../../../src/services/network/root.ts';
import { internetAddress, NetworkBench, pattern } from './network-bench.ts';

const { internet } = AddressFamily;
const { stream } = SocketType;
const SOCKET_LEVEL = 1;
const REUSE_ADDRESS = 2;
const LINGER = 13;

/** States of all connections, those that nobody has open included. */
function states(bench: NetworkBench): number[] {
  const tree = treeOf(bench.kernel, 'connections');
  const found: number[] = [];
  for (let node = tree.first(); node !== 0; node = tree.after(node))
    found.push(Connection.at(bench.kernel.store, node - Connection.offsets.node).state);
  return found.sort();
}

function client(bench: NetworkBench): number {
  return bench.socket(bench.one, internet, stream);
}

describe('beginning', () => {
  test('a connection is made by a handshake of three segments', () => {
    const bench = new NetworkBench();
    const { socket: listener, port } = bench.listener();
    const socket = client(bench);
    bench.value(bench.connect(bench.one, socket, internetAddress(port)));
    const link = rootOf(bench.kernel).links;
    const into = bench.one.span(0x20000, 200);
    expect(link).not.toBe(0);
    expect(bench.value(bench.one.start(network.link, { index: 1, into }))).toBeGreaterThan(0);
    expect(states(bench)).toEqual([TcpState.established, TcpState.established]);
    expect(bench.events(listener) & PollEvent.in).toBe(PollEvent.in);
    const made = bench.value(bench.accept(bench.two, listener));
    expect(socketAt(bench.kernel, made).remotePort).toBe(bench.port(socket));
  });

  test('nobody listens: the connection is refused', () => {
    const bench = new NetworkBench();
    const socket = client(bench);
    expect(bench.error(bench.connect(bench.one, socket, internetAddress(9)))).toBe(ErrorNumber.ECONNREFUSED);
    expect(states(bench)).toEqual([]);
  });

  test('one that does not wait is told later', () => {
    const bench = new NetworkBench();
    const { port } = bench.listener();
    const socket = client(bench);
    const address = internetAddress(port);
    expect(bench.error(bench.connect(bench.one, socket, address, 0))).toBe(ErrorNumber.EINPROGRESS);
    expect(bench.error(bench.connect(bench.one, socket, address, 0))).toBe(0);
    expect(bench.error(bench.connect(bench.one, socket, address, 0))).toBe(ErrorNumber.EISCONN);
  });

  test('with no room at the listener, a connection is asked for again until there is', () => {
    const bench = new NetworkBench();
    const { socket: listener, port } = bench.listener(0);
    bench.value(bench.connect(bench.one, client(bench), internetAddress(port)));
    const second = client(bench);
    const start = bench.kernel.now;
    const connected = bench.connect(bench.one, second, internetAddress(port));
    bench.settle();
    expect(connected.result).toBeUndefined();
    bench.accept(bench.two, listener);
    expect(bench.value(connected)).toBe(0);
    expect(bench.kernel.now - start).toBeGreaterThanOrEqual(bench.kernel.hertz);
    expect(socketAt(bench.kernel, second).state).toBe(SocketState.connected);
  });

  test('and given up after some time', () => {
    const bench = new NetworkBench();
    const { port } = bench.listener(0);
    bench.value(bench.connect(bench.one, client(bench), internetAddress(port)));
    const second = bench.connect(bench.one, client(bench), internetAddress(port));
    expect(bench.error(second)).toBe(ErrorNumber.ETIMEDOUT);
  });

  test('there is no way to other machines', () => {
    const bench = new NetworkBench();
    const far = internetAddress(80, 0x0808_0808);
    expect(bench.error(bench.connect(bench.one, client(bench), far))).toBe(ErrorNumber.ENETUNREACH);
    expect(bench.error(bench.bind(bench.one, client(bench), far))).toBe(ErrorNumber.EADDRNOTAVAIL);
  });
});

describe('ending', () => {
  test('whoever ends it first remembers it for a minute, and then nothing is left', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.connection();
    bench.value(bench.one.start(network.shutdown, { socket: first, how: 2 }));
    expect(states(bench)).toEqual([TcpState.finWait2, TcpState.closeWait].sort());
    bench.value(bench.receive(bench.two, second, 1));
    bench.two.start(network.close, { socket: second });
    bench.one.start(network.close, { socket: first });
    const start = bench.kernel.now;
    bench.run();
    expect(states(bench)).toEqual([]);
    expect(bench.kernel.now - start).toBeGreaterThanOrEqual(60 * bench.kernel.hertz);
    expect(treeOf(bench.kernel, 'streamPorts').first()).toBe(0);
    expect(treeOf(bench.kernel, 'sockets').first()).toBe(0);
  });

  test('what was sent arrives although the sender has closed', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.connection();
    bench.sendBytes(bench.one, first, pattern(5000));
    bench.one.start(network.close, { socket: first });
    expect(bench.value(bench.receive(bench.two, second, 9000))).toBe(5000);
    expect(bench.value(bench.receive(bench.two, second, 9000))).toBe(0);
  });

  test('closing with bytes not read resets the connection', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.connection();
    bench.value(bench.sendBytes(bench.one, first, pattern(10)));
    bench.close(bench.two, second);
    expect(states(bench)).toEqual([]);
    expect(bench.events(first) & PollEvent.error).toBe(PollEvent.error);
    expect(bench.error(bench.receive(bench.one, first, 10))).toBe(ErrorNumber.ECONNRESET);
    expect(bench.value(bench.receive(bench.one, first, 10))).toBe(0);
    expect(bench.error(bench.sendBytes(bench.one, first, pattern(1)))).toBe(ErrorNumber.EPIPE);
  });

  test('so does closing with SO_LINGER and no time', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.connection();
    const option = { level: SOCKET_LEVEL, option: LINGER, value: 1, other: 0 };
    bench.value(bench.one.start(network.setOption, { socket: first, ...option }));
    bench.close(bench.one, first);
    expect(bench.error(bench.receive(bench.two, second, 1))).toBe(ErrorNumber.ECONNRESET);
  });

  test('a listener that closes takes those that nobody has accepted with it', () => {
    const bench = new NetworkBench();
    const { socket: listener, port } = bench.listener();
    const socket = client(bench);
    bench.value(bench.connect(bench.one, socket, internetAddress(port)));
    bench.close(bench.two, listener);
    expect(bench.error(bench.receive(bench.one, socket, 1))).toBe(ErrorNumber.ECONNRESET);
    bench.close(bench.one, socket);
    expect(treeOf(bench.kernel, 'sockets').first()).toBe(0);
  });

  test('a peer that is closed answers what is sent to it with a reset', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.connection();
    bench.two.start(network.close, { socket: second });
    bench.settle();
    bench.sendBytes(bench.one, first, pattern(1));
    bench.run();
    expect(states(bench)).toEqual([]);
    expect(bench.error(bench.sendBytes(bench.one, first, pattern(1)))).toBe(ErrorNumber.EPIPE);
  });
});

describe('ports', () => {
  test('a port in use is refused, also to any address, and while an old connection is remembered', () => {
    const bench = new NetworkBench();
    const { socket: listener, port } = bench.listener();
    for (const host of [0x7f00_0001, 0])
      expect(bench.error(bench.bind(bench.one, client(bench), internetAddress(port, host)))).toBe(
        ErrorNumber.EADDRINUSE,
      );
    const socket = client(bench);
    bench.value(bench.connect(bench.one, socket, internetAddress(port)));
    const accepted = bench.value(bench.accept(bench.two, listener));
    bench.close(bench.two, listener);
    const again = client(bench);
    expect(bench.error(bench.bind(bench.one, again, internetAddress(port)))).toBe(ErrorNumber.EADDRINUSE);
    const option = { level: SOCKET_LEVEL, option: REUSE_ADDRESS, value: 1, other: 0 };
    for (const reused of [again, accepted])
      bench.value(bench.one.start(network.setOption, { socket: reused, ...option }));
    bench.value(bench.bind(bench.one, again, internetAddress(port)));
  });

  test('low ports are for user 0', () => {
    const bench = new NetworkBench();
    const user = bench.program({ user: 1000 });
    const socket = bench.socket(user, internet, stream);
    expect(bench.error(bench.bind(user, socket, internetAddress(80)))).toBe(ErrorNumber.EACCES);
    bench.value(bench.bind(user, socket, internetAddress(8080)));
  });

  test('those that are given are from the range of Linux', () => {
    const bench = new NetworkBench();
    for (let count = 0; count < 20; count++) {
      const { port } = bench.listener();
      expect(port).toBeGreaterThanOrEqual(32_768);
      expect(port).toBeLessThanOrEqual(60_999);
    }
  });
});
