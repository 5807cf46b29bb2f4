/** Messages with bounds: UDP's and local ones, and what local ones carry besides bytes (udp(7), unix(7)). */
import { describe, expect, test } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { EMPTY_SPAN } from '../../../src/contracts/service.ts';
import { MessageFigures } from '../../../src/services/network/figures.ts';
import { AddressFamily, MessageFlag, network, SocketType } from '../../../src/services/network/interface.ts';
import { BYTES_AT, internetAddress, localAddress, NetworkBench, pattern } from './network-bench.ts';

const { internet, local } = AddressFamily;
const { datagram, sequential, stream } = SocketType;

function udp(bench: NetworkBench): { readonly from: number; readonly to: number; readonly port: number } {
  const from = bench.socket(bench.one, internet, datagram);
  const to = bench.socket(bench.two, internet, datagram);
  bench.value(bench.bind(bench.two, to, internetAddress(0)));
  return { from, to, port: bench.port(to) };
}

describe('UDP', () => {
  test('keeps bounds; what does not fit is lost', () => {
    const bench = new NetworkBench();
    const { from, to, port } = udp(bench);
    bench.one.poke(BYTES_AT, pattern(30_000));
    for (const length of [3, 30_000, 0])
      bench.value(bench.send(bench.one, from, length, 0, internetAddress(port)));
    expect(bench.value(bench.receive(bench.two, to, 2, 0, MessageFlag.truncate))).toBe(3);
    expect(bench.value(bench.receive(bench.two, to, 40_000))).toBe(30_000);
    expect(Buffer.compare(bench.received(bench.two, 30_000), pattern(30_000))).toBe(0);
    expect(bench.value(bench.receive(bench.two, to, 10))).toBe(0);
    expect(bench.error(bench.receive(bench.two, to, 10, 0))).toBe(ErrorNumber.EAGAIN);
  });

  test('a connected socket hears that nobody is there', () => {
    const bench = new NetworkBench();
    const { from, to, port } = udp(bench);
    bench.value(bench.connect(bench.one, from, internetAddress(port)));
    bench.close(bench.two, to);
    bench.value(bench.sendBytes(bench.one, from, pattern(1)));
    expect(bench.error(bench.receive(bench.one, from, 1, 0))).toBe(ErrorNumber.ECONNREFUSED);
  });

  test('drops what a receiver has no room for', () => {
    const bench = new NetworkBench();
    const { from, to, port } = udp(bench);
    bench.one.poke(BYTES_AT, pattern(60_000));
    for (let count = 0; count < 10; count++)
      bench.value(bench.send(bench.one, from, 60_000, 0, internetAddress(port)));
    let came = 0;
    for (;;) {
      const pending = bench.receive(bench.two, to, 60_000, 0);
      if (bench.error(pending) !== 0) break;
      came += 1;
    }
    expect(came).toBeGreaterThan(0);
    expect(came).toBeLessThan(5);
  });

  test('refuses what is too long, and what goes nowhere', () => {
    const bench = new NetworkBench();
    const { from, port } = udp(bench);
    const long = bench.send(bench.one, from, 65_508, 0, internetAddress(port));
    expect(bench.error(long)).toBe(ErrorNumber.EMSGSIZE);
    expect(bench.error(bench.send(bench.one, from, 1, 0))).toBe(ErrorNumber.EDESTADDRREQ);
  });
});

describe('local messages', () => {
  test('a full receiver makes senders wait', () => {
    const bench = new NetworkBench();
    const to = bench.socket(bench.two, local, datagram);
    bench.value(bench.bind(bench.two, to, localAddress('to')));
    const from = bench.socket(bench.one, local, datagram);
    bench.value(bench.connect(bench.one, from, localAddress('to')));
    let count = 0;
    for (; count < 100; count++) {
      const pending = bench.send(bench.one, from, 1, 0);
      if (bench.error(pending) !== 0) break;
    }
    expect(count).toBe(11);
    const waiting = bench.send(bench.one, from, 1);
    bench.run();
    expect(waiting.result).toBeUndefined();
    expect(bench.value(bench.receive(bench.two, to, 1))).toBe(1);
    expect(bench.value(waiting)).toBe(1);
  });

  test('a receiver that goes is told of once', () => {
    const bench = new NetworkBench();
    const to = bench.socket(bench.two, local, datagram);
    bench.value(bench.bind(bench.two, to, localAddress('to')));
    const from = bench.socket(bench.one, local, datagram);
    bench.value(bench.connect(bench.one, from, localAddress('to')));
    bench.close(bench.two, to);
    expect(bench.error(bench.send(bench.one, from, 1))).toBe(ErrorNumber.ECONNREFUSED);
    expect(bench.error(bench.send(bench.one, from, 1))).toBe(ErrorNumber.ENOTCONN);
  });

  test("a name is one socket's, until it closes", () => {
    const bench = new NetworkBench();
    const [first, second] = [1, 2].map(() => bench.socket(bench.one, local, stream)) as [number, number];
    bench.value(bench.bind(bench.one, first, localAddress('name')));
    expect(bench.error(bench.bind(bench.one, second, localAddress('name')))).toBe(ErrorNumber.EADDRINUSE);
    bench.close(bench.one, first);
    bench.value(bench.bind(bench.one, second, localAddress('name')));
  });
});

/** Sends rights 7 and 9 with three bytes. */
function sendRights(bench: NetworkBench, socket: number): void {
  const { one } = bench;
  const draft = bench.value(one.start(network.draft, { socket, process: 1 }));
  bench.value(one.start(network.append, { draft, from: one.poke(BYTES_AT, pattern(3)) }));
  const rights = one.poke(0x30000, Uint8Array.from([7, 0, 0, 0, 9, 0, 0, 0]));
  bench.value(one.start(network.attach, { draft, rights }));
  const request = { socket, from: EMPTY_SPAN, address: EMPTY_SPAN, node: 0, draft, flags: 0, wait: 0 };
  bench.value(one.start(network.send, { ...request, process: 1 }));
}

function orphans(bench: NetworkBench): number[] {
  const found: number[] = [];
  for (;;) {
    const right = bench.value(bench.one.start(network.orphan, {}));
    if (right === 0) return found.sort();
    found.push(right);
  }
}

describe.each([
  ['streams', stream],
  ['datagrams', datagram],
  ['sequences', sequential],
])('rights in %s', (_name, type) => {
  test('arrive with their message', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.pair(type);
    sendRights(bench, first);
    const into = bench.two.span(BYTES_AT, 10);
    const about = bench.two.span(0x40000, MessageFigures.size);
    const request = { socket: second, into, about, flags: 0, wait: 0 };
    expect(bench.value(bench.two.start(network.receive, request))).toBe(3);
    const at = bench.two.bench.place(bench.two.space, 0x40000);
    const figures = MessageFigures.at(bench.kernel.store, at);
    expect(figures.rightCount).toBe(2);
    expect([bench.memory.read32(figures.rights), bench.memory.read32(figures.rights + 4)]).toEqual([7, 9]);
    bench.close(bench.two, second);
    expect(orphans(bench)).toEqual([]);
  });

  test('are given back when nobody takes them', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.pair(type);
    sendRights(bench, first);
    expect(bench.value(bench.receive(bench.two, second, 10))).toBe(3);
    expect(orphans(bench)).toEqual([7, 9]);
    sendRights(bench, first);
    bench.close(bench.two, second);
    expect(orphans(bench)).toEqual([7, 9]);
  });

  test('keep their message apart from others', () => {
    const bench = new NetworkBench();
    const [first, second] = bench.pair(type);
    bench.value(bench.sendBytes(bench.one, first, pattern(2)));
    sendRights(bench, first);
    bench.value(bench.sendBytes(bench.one, first, pattern(4)));
    const into = bench.two.span(BYTES_AT, 100);
    const about = bench.two.span(0x40000, MessageFigures.size);
    const request = { socket: second, into, about, flags: 0, wait: 0 };
    const counts = [1, 2, 3].map(() => {
      const pending = bench.two.start(network.receive, request);
      bench.run();
      return pending.result?.error === 0 ? pending.result.value : -1;
    });
    expect(counts.filter((count) => count >= 0).reduce((sum, count) => sum + count, 0)).toBe(9);
    expect(counts[0]).toBe(2);
  });
});
