/** A kernel with the network service, and programs that use it. */
import { expect } from 'vitest';
import { EMPTY_SPAN, type Span } from '../../../src/contracts/service.ts';
import { bootNetwork, networkService } from '../../../src/services/network/index.ts';
import { AddressFamily, network, SocketType } from '../../../src/services/network/interface.ts';
import { type Pending, type Program, ServiceBench, supply } from '../../support/service-bench.ts';

/** Where programs of this bench keep addresses, and bytes. */
const ADDRESS_AT = 0x8000;
export const BYTES_AT = 0x10000;
export const LOOPBACK = 0x7f00_0001;

export function internetAddress(port: number, host = LOOPBACK): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AddressFamily.internet, true);
  view.setUint16(2, port);
  view.setUint32(4, host);
  return bytes;
}

/** An abstract name. */
export function localAddress(name: string): Uint8Array {
  return Uint8Array.from([AddressFamily.local, 0, 0, ...Buffer.from(name)]);
}

/** Bytes that differ from their neighbours at every distance that matters here. */
export function pattern(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Math.imul(start + index + 1, 0x9e3779b1) >>> 24);
}

export class NetworkBench extends ServiceBench {
  readonly one: Program;
  readonly two: Program;

  constructor(memory?: number) {
    super([networkService(supply)], memory === undefined ? {} : { memory });
    bootNetwork(this.kernel);
    this.one = this.program();
    this.two = this.program();
    this.run();
  }

  /** Runs until time would have to pass for anything to happen. */
  settle(): void {
    this.run(true);
  }

  value(pending: Pending): number {
    this.run();
    expect(pending.result).toMatchObject({ error: 0 });
    return (pending.result as { value: number }).value;
  }

  error(pending: Pending): number | undefined {
    this.run();
    return pending.result?.error;
  }

  socket(program: Program, family: number, type: number): number {
    return this.value(program.start(network.create, { family, type, protocol: 0, process: 1 }));
  }

  address(program: Program, bytes: Uint8Array): Span {
    return program.poke(ADDRESS_AT, bytes);
  }

  bind(program: Program, socket: number, address: Uint8Array): Pending {
    return program.start(network.bind, { socket, address: this.address(program, address), node: 0 });
  }

  listen(program: Program, socket: number, backlog = 8): Pending {
    return program.start(network.listen, { socket, backlog, process: 1 });
  }

  connect(program: Program, socket: number, address: Uint8Array, wait = 1): Pending {
    const request = { socket, address: this.address(program, address), node: 0, wait, process: 2 };
    return program.start(network.connect, request);
  }

  accept(program: Program, socket: number, wait = 1): Pending {
    return program.start(network.accept, { socket, wait });
  }

  /** Sends bytes of a program's memory from BYTES_AT on. */
  send(program: Program, socket: number, length: number, wait = 1, address?: Uint8Array): Pending {
    return program.start(network.send, {
      socket,
      from: program.span(BYTES_AT, length),
      address: address === undefined ? EMPTY_SPAN : this.address(program, address),
      node: 0,
      draft: 0,
      flags: 0,
      wait,
      process: 1,
    });
  }

  receive(program: Program, socket: number, length: number, wait = 1, flags = 0): Pending {
    const into = program.span(BYTES_AT, length);
    return program.start(network.receive, { socket, into, about: EMPTY_SPAN, flags, wait });
  }

  sendBytes(program: Program, socket: number, bytes: Uint8Array, wait = 0): Pending {
    program.poke(BYTES_AT, bytes);
    return this.send(program, socket, bytes.length, wait);
  }

  received(program: Program, count: number): Uint8Array {
    return program.peek(BYTES_AT, count);
  }

  close(program: Program, socket: number): void {
    this.value(program.start(network.close, { socket }));
  }

  events(socket: number): number {
    return this.value(this.one.start(network.poll, { socket }));
  }

  /** The port that a socket has been given. */
  port(socket: number): number {
    const into = this.one.span(ADDRESS_AT, 16);
    this.value(this.one.start(network.name, { socket, peer: 0, into }));
    const [, , high = 0, low = 0] = this.one.peek(ADDRESS_AT, 4);
    return high * 256 + low;
  }

  /** Two joined local sockets. */
  pair(type: number): readonly [number, number] {
    const first = this.socket(this.one, AddressFamily.local, type);
    const second = this.socket(this.two, AddressFamily.local, type);
    this.value(this.one.start(network.join, { first, second }));
    return [first, second];
  }

  /** A listening socket of TCP's, and its port. */
  listener(backlog = 8): { readonly socket: number; readonly port: number } {
    const socket = this.socket(this.two, AddressFamily.internet, SocketType.stream);
    this.value(this.bind(this.two, socket, internetAddress(0)));
    this.value(this.listen(this.two, socket, backlog));
    return { socket, port: this.port(socket) };
  }

  /** Both ends of a connection of TCP's. */
  connection(): readonly [number, number] {
    const listener = this.listener();
    const first = this.socket(this.one, AddressFamily.internet, SocketType.stream);
    this.value(this.connect(this.one, first, internetAddress(listener.port)));
    const second = this.value(this.accept(this.two, listener.socket));
    this.close(this.two, listener.socket);
    return [first, second];
  }
}
