/**
 * Servers: threads of a domain that execute requests on behalf of other threads.
 *
 * A gate that hands over puts the request, a frame, on its sender's kernel stack: that is the message. `deliver` moves it to
 * a server of the domain asked, or has it wait at the port until one is idle; the sender is blocked until `answer`. A domain
 * gets another server whenever none is idle, as long as there is memory, so that servers that wait do not stop the others.
 * Rules of use: only the kernel calls this, and only for domains with a port.
 */
import { ErrorNumber } from '../contracts/errors.ts';
import { TranslationKind } from '../contracts/machine.ts';
import type { ViewOf } from '../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import { currentHandle } from './keepsakes.ts';
import type { Kernel } from './kernel.ts';
import { AddressSpace, Domain, FrameUse, MessageState, Port, RunnerKind, ThreadState } from './objects.ts';
import { DEFAULT_WEIGHT } from './threads.ts';

const ANY_HART = 0xffff_ffff;
/** A message over which so many servers have died is not sent again: it may be what kills them. */
const MOST_ATTEMPTS = 3;

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
    const blocked = k.threads.at(sender);
    blocked.state = ThreadState.blocked;
    // Until a server waits for it, nothing ends this.
    blocked.interruptible = 0;
    if (Domain.at(k.store, port.domain).dead !== 0 && k.requesterOf(sender) !== port.reviver) {
      this.#queue(port, sender);
      return 0;
    }
    if (!this.#isValid(sender)) return this.#refuse(sender);
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
    if (client === 0) return this.#next(server);
    const from = k.threads.observe(server);
    const to = k.threads.observe(client);
    to.replyValue = from.replyValue;
    to.replySecond = from.replySecond;
    to.replyError = from.replyError;
    to.server = 0;
    if (to.frame !== 0 && k.stack.at(to.frame).message === MessageState.kept) k.stack.pop(client);
    return this.#next(server);
  }

  /** The server that worked for a client has died: what may be asked again is, and of the rest the client hears EIO. */
  fail(client: PhysicalAddress): void {
    const k = this.#kernel;
    const view = k.threads.observe(client);
    const { frame } = view;
    view.server = 0;
    view.replyValue = 0;
    view.replySecond = 0;
    view.replyError = ErrorNumber.EIO;
    if (frame !== 0 && k.stack.at(frame).message === MessageState.kept) {
      k.stack.at(frame).message = MessageState.unsent;
      k.stack.at(frame).attempts += 1;
    }
    k.scheduling.ready(client, 'woken');
  }

  /** A sender ends before a server has taken its message. */
  withdraw(sender: PhysicalAddress): void {
    const k = this.#kernel;
    const { port: address } = Domain.at(k.store, k.stack.at(k.threads.observe(sender).frame).domain);
    if (address === 0) return;
    const port = this.#port(address);
    const next = k.threads.observe(sender).nextAtPort;
    let before = 0;
    for (let at = port.firstSender; at !== sender; at = k.threads.observe(at).nextAtPort) {
      if (at === 0) return;
      before = at;
    }
    if (before === 0) port.firstSender = next;
    else k.threads.at(before).nextAtPort = next;
    if (port.lastSender === sender) port.lastSender = before;
  }

  /** A domain that was made again takes the messages that have waited meanwhile. Returns the servers that are to run. */
  reopen(domain: PhysicalAddress): PhysicalAddress[] {
    const k = this.#kernel;
    const port = this.#port(Domain.at(k.store, domain).port);
    Domain.at(k.store, domain).dead = 0;
    port.reviver = 0;
    const started: PhysicalAddress[] = [];
    while (port.firstSender !== 0) {
      const server = this.#idle(port);
      if (server === 0 || this.#next(server) === 0) break;
      started.push(server);
    }
    return started;
  }

  /** Gives a domain its first server again. False when there is no memory. */
  restart(domain: PhysicalAddress): boolean {
    const port = this.#port(Domain.at(this.#kernel.store, domain).port);
    const server = this.#make(port);
    if (server !== 0) this.#rest(port, server);
    return server !== 0;
  }

  /** All servers of a domain are gone. */
  forgetAll(domain: PhysicalAddress): void {
    const port = this.#port(Domain.at(this.#kernel.store, domain).port);
    port.idle = 0;
    port.servers = 0;
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
    const domain = Domain.at(k.store, k.threads.observe(server).domain);
    const port = this.#port(domain.port);
    const isOpen = domain.dead === 0;
    for (let sender = port.firstSender; isOpen && sender !== 0; sender = port.firstSender) {
      port.firstSender = k.threads.at(sender).nextAtPort;
      if (port.firstSender === 0) port.lastSender = 0;
      if (!this.#isValid(sender)) {
        this.#refuse(sender);
        k.scheduling.ready(sender, 'woken');
        continue;
      }
      k.threads.at(server).state = ThreadState.blocked;
      this.#take(sender, server);
      return sender;
    }
    this.#rest(port, server);
    return 0;
  }

  /** Do the handles of a message name records of the domain that is asked? Old ones are replaced. */
  #isValid(sender: PhysicalAddress): boolean {
    const k = this.#kernel;
    const message = k.stack.at(k.threads.observe(sender).frame);
    const { domain } = message;
    const slots = k.stack.slots(message.address) / 8;
    return k.registry.at(message.service, message.operation).fields.every(({ kind, slot }) => {
      const handle = k.meter.observer.f64[slots + slot] as number;
      if (kind !== 'handle' || handle === 0) return true;
      const current = currentHandle(k, domain, handle);
      k.meter.observer.f64[slots + slot] = current;
      return current !== 0;
    });
  }

  /** A message is given back with EIO: it names what is not there any more. */
  #refuse(sender: PhysicalAddress): 0 {
    const k = this.#kernel;
    k.stack.pop(sender);
    const view = k.threads.observe(sender);
    view.replyValue = 0;
    view.replySecond = 0;
    view.replyError = ErrorNumber.EIO;
    view.state = ThreadState.running;
    return 0;
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
    const { slots, service, operation, domain, gate, fault } = message;
    const frame = k.stack.at(k.stack.push(server, slots));
    const { f64 } = k.meter.observer;
    const source = k.stack.slots(message.address) / 8;
    f64.copyWithin(k.stack.slots(frame.address) / 8, source, source + slots);
    frame.service = service;
    frame.operation = operation;
    frame.domain = domain;
    frame.gate = gate;
    frame.client = sender;
    frame.fault = fault;
    const mayRepeat = k.registry.at(service, operation).reference.repeatable === true;
    message.fault = 0;
    if (mayRepeat && message.attempts < MOST_ATTEMPTS) message.message = MessageState.kept;
    else k.stack.pop(sender);
    from.server = server;
    to.requester = k.requesterOf(sender);
    to.beneficiary = from.beneficiary;
    to.executing = domain;
    to.cyclesKernel = 0;
  }
}
