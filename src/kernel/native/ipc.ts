/**
 * l4_ipc: synchronous messages between threads, by the portable path.
 *
 * A call sends, or receives, or does both. Nothing is queued: the one who comes first waits, and the one who comes second does the
 * work of both. Words stay in registers; a string is copied once, from one space to the other; a page is mapped. Between two steps
 * of such work either side may be interrupted or end, so that every step asks for its partner again.
 */
import { type OutcomeNumber, type Reply, WakeReason } from '../../contracts/service.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { ThreadState } from '../objects.ts';
import { nativeCall } from './call.ts';
import { clearOffer, DESCRIPTOR_BYTES, offerFaultWindow, readOffer } from './ipc-offers.ts';
import { conclude, endWait, IpcResult, isWaitingFor, joinQueue, leaveQueue } from './ipc-queues.ts';
import { deliver } from './ipc-registers.ts';
import { copyString } from './ipc-strings.ts';
import { mapPages } from './map-item.ts';
import { IpcState } from './records.ts';
import { ANYBODY, findThread, type IpcView, ipcAt, ipcOf, NOBODY } from './thread-numbers.ts';
import { copyIn, supply } from './user.ts';

/** A timeout that never comes; they are milliseconds otherwise. */
export const NO_TIMEOUT = 0xffff;
const TIMEOUT_BITS = 16;
export const FOR_EVER = 0xffff_ffff;
const MILLISECONDS = 1000;

export interface IpcFrame {
  readonly to: number;
  readonly from: number;
  /** Milliseconds: for sending in the upper half, for receiving in the lower one. */
  readonly timeouts: number;
  /** Address of a LongMessage, or 0. */
  readonly long: number;
  /** The partner's number while this thread does the work of both, and 1 when this one sends. */
  other: number;
  sends: number;
  at: number;
  bytes: number;
  pages: number;
  /** How far the present page was asked for (map-item.ts). */
  asked: number;
  /** IpcResult of the work so far. */
  result: number;
}

export function myself(k: Kernel): IpcView {
  return ipcAt(k, k.threads.observe(k.thread).ipc);
}

function deadline(k: Kernel, milliseconds: number): Cycles {
  return milliseconds === NO_TIMEOUT ? NEVER : k.after(k.now, milliseconds / MILLISECONDS);
}

/** Ends the call with a result that concerns nobody else. */
function finish(k: Kernel, result: number): OutcomeNumber {
  const me = myself(k);
  me.state = IpcState.idle;
  if (me.faulting === 0) deliver(k, k.thread, { result, from: 0, bytes: 0, pages: 0 });
  return k.done(result);
}

function begin(k: Kernel, f: IpcFrame): OutcomeNumber {
  const me = ipcOf(k, k.thread);
  if (me === undefined) {
    deliver(k, k.thread, { result: IpcResult.noMemory, from: 0, bytes: 0, pages: 0 });
    return k.done();
  }
  clearOffer(me);
  if (me.faulting !== 0) offerFaultWindow(me);
  if (f.long !== 0) return k.goto('describe');
  return f.to === NOBODY ? receivePhase(k, f) : k.goto('send');
}

/** The send phase: a partner that waits is served at once, for another one it waits. */
function send(k: Kernel, f: IpcFrame): OutcomeNumber {
  const me = myself(k);
  const partner = findThread(k, f.to);
  if (partner === undefined || partner.address === me.address) return finish(k, IpcResult.noPartner);
  if (isWaitingFor(k, partner, me)) return startWork(k, f, me, partner, 1);
  const timeout = f.timeouts >>> TIMEOUT_BITS;
  if (timeout === 0) return finish(k, IpcResult.timedOut);
  joinQueue(k, me, partner);
  me.state = IpcState.sending;
  me.partner = partner.number;
  return k.wait([], deadline(k, timeout), 'sent');
}

/** How a wait ended: with the partner's word, or because nothing came of it. */
function waited(k: Kernel, me: IpcView, reply: Reply): number {
  const { state, result } = me;
  leaveQueue(k, me);
  me.state = IpcState.idle;
  if (state === IpcState.done) return result;
  return reply.value === WakeReason.deadline ? IpcResult.timedOut : IpcResult.cancelled;
}

function sent(k: Kernel, f: IpcFrame, reply: Reply): OutcomeNumber {
  const result = waited(k, myself(k), reply);
  return result === IpcResult.success ? receivePhase(k, f) : finish(k, result);
}

/** The first thread in this one's queue whose message it wants. */
function wantedSender(k: Kernel, me: IpcView, from: number): IpcView | undefined {
  if (from === ANYBODY) return me.firstSender === 0 ? undefined : ipcAt(k, me.firstSender);
  const partner = findThread(k, from);
  return partner !== undefined && partner.queuedAt === me.address ? partner : undefined;
}

/** The receive phase. `next` is a thread that this one has just served: it is given the processor if this one waits. */
function receivePhase(k: Kernel, f: IpcFrame, next: PhysicalAddress = 0): OutcomeNumber {
  const me = myself(k);
  if (f.from === NOBODY) {
    if (next !== 0) k.scheduling.ready(next, 'woken');
    return finish(k, IpcResult.success);
  }
  const sender = wantedSender(k, me, f.from);
  const isGone = f.from !== ANYBODY && sender === undefined && findThread(k, f.from) === undefined;
  const timeout = f.timeouts & NO_TIMEOUT;
  if (sender !== undefined || isGone || timeout === 0) {
    if (next !== 0) k.scheduling.ready(next, 'woken');
    if (sender !== undefined) return startWork(k, f, me, sender, 0);
    return finish(k, IpcResult.receiving + (isGone ? IpcResult.noPartner : IpcResult.timedOut));
  }
  me.state = IpcState.receiving;
  me.partner = f.from;
  const outcome = k.wait([], deadline(k, timeout), 'received');
  if (next !== 0) switchTo(k, next);
  return outcome;
}

/** The processor goes to a thread that has been served, if this one has stopped; else that one is ready like others. */
function switchTo(k: Kernel, next: PhysicalAddress): void {
  const direct = (k.structure.mechanisms ?? []).includes('directSwitch');
  const waits = k.threads.observe(k.thread).state === ThreadState.blocked;
  if (!direct || !waits || !k.scheduling.handOver(k.thread, next)) k.scheduling.ready(next, 'woken');
}

function received(k: Kernel, _f: IpcFrame, reply: Reply): OutcomeNumber {
  const me = myself(k);
  const { state } = me;
  const result = waited(k, me, reply);
  if (state !== IpcState.done) return finish(k, result + IpcResult.receiving);
  if (result !== IpcResult.success) return finish(k, result);
  // Its registers were filled by whoever served it.
  return k.done();
}

/** This thread does the work of both sides. */
function startWork(k: Kernel, f: IpcFrame, me: IpcView, partner: IpcView, sends: number): OutcomeNumber {
  leaveQueue(k, partner);
  partner.state = IpcState.busy;
  partner.partner = me.number;
  f.other = partner.number;
  f.sends = sends;
  f.at = 0;
  f.bytes = 0;
  f.pages = 0;
  f.result = IpcResult.success;
  return work(k, f);
}

/** Both sides of the work; undefined when the other one has gone its way meanwhile. */
function sides(k: Kernel, f: IpcFrame): { sender: IpcView; receiver: IpcView; other: IpcView } | undefined {
  const me = myself(k);
  const other = findThread(k, f.other);
  if (other === undefined || other.state !== IpcState.busy || other.partner !== me.number) return undefined;
  return f.sends !== 0 ? { sender: me, receiver: other, other } : { sender: other, receiver: me, other };
}

/** A step of the work: some of the string, then the pages, then the words and the end. */
function work(k: Kernel, f: IpcFrame): OutcomeNumber {
  const both = sides(k, f);
  if (both === undefined) return finish(k, IpcResult.aborted + (f.sends !== 0 ? 0 : IpcResult.receiving));
  const { sender, receiver } = both;
  const ahead = copyString(k, f, sender, receiver) ?? mapPages(k, f, sender, receiver);
  return ahead ?? complete(k, f, both);
}

function complete(
  k: Kernel,
  f: IpcFrame,
  { sender, receiver, other }: { sender: IpcView; receiver: IpcView; other: IpcView },
): OutcomeNumber {
  const { result, bytes, pages } = f;
  k.requests.countCrossing('ipc', 0, 0);
  if (receiver.faulting === 0)
    deliver(
      k,
      receiver.thread,
      {
        result: result === IpcResult.success ? result : result + IpcResult.receiving,
        from: sender.number,
        bytes,
        pages,
      },
      sender,
    );
  if (f.sends === 0) {
    // The sender waits: it goes on to what it wants next.
    conclude(k, other, result);
    myself(k).state = IpcState.idle;
    return k.done();
  }
  const next = release(k, other, result);
  if (result === IpcResult.success) return receivePhase(k, f, next);
  if (next !== 0) k.scheduling.ready(next, 'woken');
  return finish(k, result);
}

/** A receiver has its message: it leaves the kernel, and only has to be given a processor. Returns it, or 0 if it was woken. */
function release(k: Kernel, receiver: IpcView, result: number): PhysicalAddress {
  if (receiver.faulting !== 0 || k.threads.at(receiver.thread).state !== ThreadState.blocked) {
    conclude(k, receiver, result);
    return 0;
  }
  receiver.state = IpcState.idle;
  endWait(k, receiver.thread);
  k.requests.dismiss(receiver.thread);
  return receiver.thread;
}

export const ipcCall = nativeCall({
  name: 'l4_ipc',
  arguments: { to: 'address', from: 'long', timeouts: 'word', long: 'address' },
  locals: ['other', 'sends', 'at', 'bytes', 'pages', 'asked', 'result'],
  gate: 'shortTrap',
  steps: {
    begin,
    describe(k, f) {
      const { descriptor } = myself(k);
      const space = k.spaceOf(k.thread);
      f.at += copyIn(k, space, f.long + f.at, descriptor + f.at, DESCRIPTOR_BYTES - f.at);
      if (f.at < DESCRIPTOR_BYTES)
        return supply(k, space, f.long + f.at, DESCRIPTOR_BYTES - f.at, false, 'described');
      readOffer(k, myself(k));
      return f.to === NOBODY ? receivePhase(k, f) : k.goto('send');
    },
    described: (k, _f, reply) => (reply.error === 0 ? k.goto('describe') : finish(k, IpcResult.badMemory)),
    send,
    sent,
    received,
    work,
    supplied(k, f, reply) {
      if (reply.error !== 0) f.result = IpcResult.badMemory;
      return k.goto('work');
    },
  },
});
