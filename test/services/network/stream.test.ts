/** Streams, local and of TCP's: what is sent is received, in order and once, whatever the sizes and the turns. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { MessageFlag, network, PollEvent, SocketType } from '../../../src/services/network/interface.ts';
import { NetworkBench, pattern } from './network-bench.ts';
import '../../support/property-seed.ts';

const KINDS = [
  ['local', (bench: NetworkBench) => bench.pair(SocketType.stream)],
  ['TCP', (bench: NetworkBench) => bench.connection()],
] as const;

const SOCKET_LEVEL = 1;
const SEND_BUFFER = 7;
const RECEIVE_BUFFER = 8;

type Turn = { readonly end: 0 | 1; readonly do: 'send' | 'receive' | 'peek'; readonly size: number };

const size = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 1, max: 5000 }),
  fc.integer({ min: 4090, max: 4100 }),
  fc.integer({ min: 1, max: 60_000 }),
);
const turn: fc.Arbitrary<Turn> = fc.record({
  end: fc.constantFrom(0 as const, 1 as const),
  do: fc.constantFrom(
    'send' as const,
    'send' as const,
    'receive' as const,
    'receive' as const,
    'peek' as const,
  ),
  size,
});

/** Quicker than `toEqual` for many bytes. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** One direction of a stream: how much of the endless pattern has been sent and received. */
interface Flow {
  sent: number;
  received: number;
}

class Model {
  readonly bench: NetworkBench;
  readonly ends: readonly [number, number];
  readonly flows: readonly [Flow, Flow] = [
    { sent: 0, received: 0 },
    { sent: 0, received: 0 },
  ];

  constructor(bench: NetworkBench, ends: readonly [number, number]) {
    this.bench = bench;
    this.ends = ends;
  }

  program(end: 0 | 1) {
    return end === 0 ? this.bench.one : this.bench.two;
  }

  /** Gives both ends small buffers. */
  limit(value: number): void {
    for (const socket of this.ends)
      for (const option of [SEND_BUFFER, RECEIVE_BUFFER]) {
        const request = { socket, level: SOCKET_LEVEL, option, value, other: 0 };
        this.bench.value(this.bench.one.start(network.setOption, request));
      }
  }

  play({ end, do: what, size: bytes }: Turn): void {
    if (what === 'send') this.send(end, bytes);
    else this.receive(end, bytes, what === 'peek' ? MessageFlag.peek : 0);
  }

  send(end: 0 | 1, bytes: number): void {
    const { bench, ends, flows } = this;
    const pending = bench.sendBytes(this.program(end), ends[end], pattern(bytes, flows[end].sent));
    bench.run();
    const { value, error } = pending.result as { value: number; error: number };
    if (error !== 0) expect(error).toBe(ErrorNumber.EAGAIN);
    else flows[end].sent += value;
  }

  receive(end: 0 | 1, bytes: number, flags: number): void {
    const { bench, ends } = this;
    const flow = this.flows[end === 0 ? 1 : 0];
    const pending = bench.receive(this.program(end), ends[end], bytes, 0, flags);
    bench.run();
    const { value, error } = pending.result as { value: number; error: number };
    if (error !== 0) {
      expect(error).toBe(ErrorNumber.EAGAIN);
      expect(flow.received).toBe(flow.sent);
      return;
    }
    expect(value).toBeGreaterThan(0);
    expect(isSame(bench.received(this.program(end), value), pattern(value, flow.received))).toBe(true);
    if (flags === 0) flow.received += value;
  }

  /** Takes everything that is left, then the end. */
  drain(end: 0 | 1): void {
    const flow = this.flows[end === 0 ? 1 : 0];
    while (flow.received < flow.sent) this.receive(end, 60_000, 0);
  }
}

describe.each(KINDS)('%s streams', (_name, make) => {
  test('lose, repeat and reorder nothing', () => {
    const property = fc.property(fc.array(turn, { maxLength: 60 }), fc.boolean(), (turns, small) => {
      const bench = new NetworkBench();
      const model = new Model(bench, make(bench));
      if (small) model.limit(4000);
      for (const each of turns) model.play(each);
      model.drain(0);
      model.drain(1);
    });
    fc.assert(property, { numRuns: 40 });
  });

  test('carry more than they hold between a writer and a reader that wait for each other', () => {
    const bench = new NetworkBench();
    const [first, second] = make(bench);
    const bytes = 600_000;
    bench.one.poke(0x10000, pattern(bytes));
    const sent = bench.send(bench.one, first, bytes);
    let got = 0;
    while (got < bytes) {
      const count = bench.value(bench.receive(bench.two, second, 77_777));
      expect(count).toBeGreaterThan(0);
      expect(isSame(bench.received(bench.two, count), pattern(count, got))).toBe(true);
      got += count;
    }
    expect(bench.value(sent)).toBe(bytes);
  });

  test('give back all memory once both ends are closed', () => {
    const bench = new NetworkBench();
    const useOne = () => {
      const [first, second] = make(bench);
      bench.value(bench.sendBytes(bench.one, first, pattern(30_000)));
      bench.close(bench.two, second);
      bench.close(bench.one, first);
    };
    bench.one.poke(0x10000, pattern(30_000));
    useOne();
    const free = bench.freeFrames;
    for (let round = 0; round < 20; round++) useOne();
    expect(bench.freeFrames).toBe(free);
  });

  test('hold no more than their limits', () => {
    const bench = new NetworkBench();
    const [first] = make(bench);
    bench.one.poke(0x10000, pattern(50_000));
    let sent = 0;
    for (;;) {
      const pending = bench.send(bench.one, first, 50_000, 0);
      bench.run();
      if (pending.result?.error !== 0) break;
      sent += pending.result.value;
    }
    expect(sent).toBeGreaterThan(100_000);
    expect(sent).toBeLessThan(1_000_000);
    expect(bench.events(first) & PollEvent.out).toBe(0);
  });

  test('many small messages take little more memory than their bytes', () => {
    const bench = new NetworkBench();
    const [first] = make(bench);
    bench.one.poke(0x10000, pattern(10));
    const before = bench.freeFrames;
    for (let count = 0; count < 3000; count++) bench.value(bench.send(bench.one, first, 1, 0));
    expect(before - bench.freeFrames).toBeLessThan(10);
  });

  test('end when the peer shuts its sending half, after what was sent', () => {
    const bench = new NetworkBench();
    const [first, second] = make(bench);
    bench.value(bench.sendBytes(bench.one, first, pattern(10)));
    bench.value(bench.one.start(network.shutdown, { socket: first, how: 2 }));
    expect(bench.value(bench.receive(bench.two, second, 100))).toBe(10);
    expect(bench.value(bench.receive(bench.two, second, 100))).toBe(0);
    expect(bench.events(second) & PollEvent.peerHangUp).toBe(PollEvent.peerHangUp);
    expect(bench.error(bench.sendBytes(bench.one, first, pattern(1)))).toBe(ErrorNumber.EPIPE);
    // The other half goes on.
    bench.value(bench.sendBytes(bench.two, second, pattern(7)));
    expect(bench.value(bench.receive(bench.one, first, 100))).toBe(7);
  });

  test('a reader waits for bytes, MSG_WAITALL for all of them', () => {
    const bench = new NetworkBench();
    const [first, second] = make(bench);
    const some = bench.receive(bench.two, second, 100);
    bench.run();
    expect(some.result).toBeUndefined();
    bench.value(bench.sendBytes(bench.one, first, pattern(5)));
    expect(bench.value(some)).toBe(5);
    const all = bench.receive(bench.two, second, 8, 1, MessageFlag.waitAll);
    bench.value(bench.sendBytes(bench.one, first, pattern(5)));
    bench.run();
    expect(all.result).toBeUndefined();
    bench.value(bench.sendBytes(bench.one, first, pattern(5)));
    expect(bench.value(all)).toBe(8);
  });

  test('pages that are absent are supplied; bytes that cannot be had are EFAULT', () => {
    const bench = new NetworkBench();
    const [first, second] = make(bench);
    bench.one.poke(0x10000, pattern(9000));
    bench.one.absent(0x11000);
    bench.two.absent(0x10000);
    expect(bench.value(bench.send(bench.one, first, 9000))).toBe(9000);
    expect(bench.value(bench.receive(bench.two, second, 9000))).toBe(9000);
    expect(bench.received(bench.two, 9000)).toEqual(pattern(9000));
    bench.one.absent(0x10000, true);
    expect(bench.error(bench.send(bench.one, first, 10))).toBe(ErrorNumber.EFAULT);
  });
});
