/**
 * Servers: threads of a domain that execute requests on behalf of other threads.
 *
 * A gate that hands over puts the request, a frame, on its sender's kernel stack: that is the message. `deliver` moves it to
 * a server of the domain asked, or has it wait at the port until one is idle; the sender is blocked until `answer`. A domain
 * gets another server whenever none is idle, as long as there is memory, so that servers that wait do not stop the others.
 * Rules of use: only the kernel calls this, and only for domains with a port.
 */
import { TranslationKind } from '../contracts/machine.ts';
import type { ViewOf } from '../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { AddressSpace, Domain, FrameUse, Port, RunnerKind, ThreadState } from './objects.ts';
import { DEFAULT_WEIGHT } from './threads.ts';

const ANY_HART = 0xffff_ffff;

export class Servers {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Gives a domain of the plan an address space of its own, a port, and its first server. Throws at boot without memory. */
  open(domain: PhysicalAddress): void {
    const k = this.#kernel;
    const owner = k.domainOfPlan(1);
    const port = k.slab.allocate(owner, Port.size);
    const space = k.slab.allocate(owner, AddressSpace.size);
    const root = k.frames.allocate(owner, FrameUse.table);
    if (port === 0 || space === 0 || root === 0) throw new Error('no memory for the servers; give more');
    const map = AddressSpace.at(k.store, space);
    map.kind = TranslationKind.pageTable;
    map.root = root;
    map.tag = k.root.nextTag;
    map.small = k.structure.mechanisms?.includes('smallSpaces') ? 1 : 0;
    k.root.nextTag += 1;
    const view = Domain.at(k.store, domain);
    view.port = port;
    view.space = space;
    const here = this.#port(port);
    here.domain = domain;
    const server = this.#make(here);
    if (server === 0) throw new Error('no memory for the servers; give more');
    this.#rest(here, server);
    if (k.root.messageBuffer === 0)
      k.root.messageBuffer = k.frames.allocate(owner, FrameUse.buffer) * PAGE_SIZE;
  }

  /**
   * Hands the innermost frame of a thread, a message, to a server of its domain and returns the server; 0 when the message
   * waits until one is idle. The sender is blocked; who runs next is the gate's affair.
   */
  deliver(sender: PhysicalAddress): PhysicalAddress {
    const k = this.#kernel;
    const { frame } = k.threads.observe(sender);
    const port = this.#port(Domain.at(k.store, k.stack.at(frame).domain).port);
    port.requests += 1;
    k.threads.at(sender).state = ThreadState.blocked;
    const server = this.#idle(port);
    if (server === 0) this.#queue(port, sender);
    else this.#take(sender, server);
    return server;
  }

  /**
   * A server has answered: the reply is its client's. It goes on with the next message, or rests. Returns the sender of that
   * message, or 0.
   */
  answer(server: PhysicalAddress, client: PhysicalAddress): PhysicalAddress {
    const k = this.#kernel;
    const from = k.threads.observe(server);
    const to = k.threads.observe(client);
    to.replyValue = from.replyValue;
    to.replySecond = from.replySecond;
    to.replyError = from.replyError;
    to.server = 0;
    return this.#next(server);
  }

  /** A client ends without waiting for replies: all servers that work for it drop what they do. */
  abandon(client: PhysicalAddress): void {
    const k = this.#kernel;
    let server = k.threads.observe(client).server;
    k.threads.observe(client).server = 0;
    while (server !== 0) {
      const view = k.threads.observe(server);
      const { server: next } = view;
      view.frame = 0;
      view.server = 0;
      if (this.#next(server) !== 0) k.scheduling.ready(server, 'woken');
      server = next;
    }
  }

  /** The thread at the end of the chain of servers that work for a thread: the one that waits or executes. */
  innermost(thread: PhysicalAddress): PhysicalAddress {
    let at = thread;
    for (;;) {
      const { server } = this.#kernel.threads.observe(at);
      if (server === 0) return at;
      at = server;
    }
  }

  #port(address: PhysicalAddress): ViewOf<typeof Port.schema> {
    return Port.at(this.#kernel.store, address);
  }

  /** An idle server, a new one when there is none, or 0. */
  #idle(port: ViewOf<typeof Port.schema>): PhysicalAddress {
    const { idle } = port;
    if (idle === 0) return this.#make(port);
    port.idle = this.#kernel.threads.at(idle).nextAtPort;
    return idle;
  }

  #make(port: ViewOf<typeof Port.schema>): PhysicalAddress {
    const k = this.#kernel;
    const server = k.threads.create({
      domain: port.domain,
      beneficiary: k.root.kernelBeneficiary,
      process: 0,
      runner: RunnerKind.steps,
      weight: DEFAULT_WEIGHT,
      affinity: ANY_HART,
    });
    if (server === 0) return 0;
    k.threads.observe(server).state = ThreadState.blocked;
    port.servers += 1;
    return server;
  }

  /** A server without work. */
  #rest(port: ViewOf<typeof Port.schema>, server: PhysicalAddress): void {
    const view = this.#kernel.threads.at(server);
    view.requester = 0;
    view.state = ThreadState.blocked;
    view.nextAtPort = port.idle;
    port.idle = server;
  }

  /** A server is done with a request: it takes the oldest message, or rests. Returns that message's sender, or 0. */
  #next(server: PhysicalAddress): PhysicalAddress {
    const k = this.#kernel;
    const port = this.#port(Domain.at(k.store, k.threads.observe(server).domain).port);
    const sender = port.firstSender;
    if (sender === 0) {
      this.#rest(port, server);
      return 0;
    }
    port.firstSender = k.threads.at(sender).nextAtPort;
    if (port.firstSender === 0) port.lastSender = 0;
    k.threads.at(server).state = ThreadState.blocked;
    this.#take(sender, server);
    return sender;
  }

  #queue(port: ViewOf<typeof Port.schema>, sender: PhysicalAddress): void {
    const k = this.#kernel;
    k.threads.at(sender).nextAtPort = 0;
    if (port.lastSender !== 0) k.threads.at(port.lastSender).nextAtPort = sender;
    else port.firstSender = sender;
    port.lastSender = sender;
  }

  /** Moves the message from its sender's stack to a server's, which works for whoever the sender works for. */
  #take(sender: PhysicalAddress, server: PhysicalAddress): void {
    const k = this.#kernel;
    const from = k.threads.observe(sender);
    const to = k.threads.observe(server);
    const message = k.stack.at(from.frame);
    const { slots, service, operation, domain, gate } = message;
    const frame = k.stack.push(server, slots);
    const { f64 } = k.meter.observer;
    const source = k.stack.slots(message.address) / 8;
    f64.copyWithin(k.stack.slots(frame.address) / 8, source, source + slots);
    frame.service = service;
    frame.operation = operation;
    frame.domain = domain;
    frame.gate = gate;
    frame.client = sender;
    k.stack.pop(sender);
    from.server = server;
    to.requester = k.requesterOf(sender);
    to.beneficiary = from.beneficiary;
    to.executing = domain;
  }
}
