/**
 * The death of a server: its threads end, whoever waits for a reply of theirs gets EIO, its memory is given back, and the
 * supervisor is told.
 *
 * What other servers were doing for it they finish, into memory that is held until then; nobody hears of it. Messages that no thread had taken yet wait for the
 * domain to be made again. Frames that held its records are withdrawn: an old handle can never name a new record.
 */
import { WakeReason } from '../contracts/service.ts';
import { type FrameNumber, NEVER, type PhysicalAddress } from '../contracts/units.ts';
import { PATIENCE } from './faults.ts';
import { dropHeldSpans, holdSpans } from './held-spans.ts';
import type { Kernel } from './kernel.ts';
import {
  Domain,
  FrameUse,
  KernelRoot,
  Port,
  RunnerKind,
  SLAB_CLASSES,
  ThreadState,
  Waiter,
} from './objects.ts';
import { forgetProgram } from './user-servers.ts';

/** Exit status of a machine that cannot go on (sysexits.h, EX_SOFTWARE), as wait(2) shows it. */
const SOFTWARE_FAILURE = 70 * 256;
/** Deaths of a server in a row while it is made again, after which it is given up. */
const MOST_RELAPSES = 8;

/** Has a server computed for one request longer than any should? */
export function isHung(k: Kernel, thread: PhysicalAddress): boolean {
  const { requester, cyclesKernel } = k.threads.observe(thread);
  return requester !== 0 && cyclesKernel >= k.hertz * PATIENCE;
}

/** Does something live in a domain that cannot begin anew? Then its death is the machine's end, which is said. */
export function isHopeless(k: Kernel, domain: PhysicalAddress): boolean {
  const { relapses, plan } = Domain.at(k.store, domain);
  if (relapses >= MOST_RELAPSES) {
    k.say(
      `the ${k.structure.domains[plan - 1]?.name} server dies whenever it is made again; the machine stops`,
    );
    k.root.ending = 1 + SOFTWARE_FAILURE;
    return true;
  }
  const hopeless = k.registry.services.find(
    ({ name, revival }) => k.homeOf(name) === domain && revival === undefined,
  );
  if (hopeless === undefined) return false;
  k.say(`${hopeless.name} cannot begin anew: what it knew was nowhere else; the machine stops`);
  k.root.ending = 1 + SOFTWARE_FAILURE;
  return true;
}

/** Ends a domain of the plan that has servers. Its address space and port stay for the next life. */
export function killDomain(k: Kernel, domain: PhysicalAddress): void {
  const view = Domain.at(k.store, domain);
  view.dead = 1;
  view.deaths += 1;
  k.devices.stopThoseOf(domain);
  for (const thread of [...k.threads.all()]) {
    const { domain: own, runner, process } = k.threads.observe(thread);
    if (own === domain && runner === RunnerKind.steps && process === 0) endServer(k, thread);
  }
  view.relapses = Port.at(k.store, view.port).reviver === 0 ? 0 : view.relapses + 1;
  endReviver(k, view.port);
  k.servers.forgetAll(domain);
  for (const thread of [...k.threads.all()])
    if (waitsIn(k, thread, domain)) k.rouse(thread, WakeReason.interrupted);
  giveBackFrames(k, domain);
  forgetProgram(k, domain);
  const { u32 } = k.store;
  u32.fill(0, view.slabs >>> 2, (view.slabs >>> 2) + SLAB_CLASSES.length);
  for (const { name } of k.registry.services) if (k.homeOf(name) === domain) k.setServiceRoot(name, 0);
  k.wake(k.root.deaths);
}

/** It died while it was being made again: that begins anew, and servers that worked for it drop what they do. */
function endReviver(k: Kernel, port: PhysicalAddress): void {
  const view = Port.at(k.store, port);
  const { reviver } = view;
  view.reviver = 0;
  if (reviver === 0) return;
  let last = reviver;
  for (let at = k.threads.observe(reviver).server; at !== 0; at = k.threads.observe(at).server) {
    if (isOrphaned(k, at)) {
      // It works for the dead one: it goes on, and nobody hears of it.
      orphan(k, at, 0, k.threads.observe(last).domain);
      k.threads.observe(last).server = 0;
      break;
    }
    suspend(k, at);
    last = at;
  }
  k.servers.abandon(reviver);
  endServer(k, reviver);
}

function isOrphaned(k: Kernel, server: PhysicalAddress): boolean {
  for (const frame of k.stack.frames(server)) if (frame.orphaned !== 0) return true;
  return false;
}

/** A thread neither runs, nor is to run, nor waits for anything. */
function suspend(k: Kernel, thread: PhysicalAddress): void {
  const view = k.threads.observe(thread);
  if (view.state === ThreadState.ready) k.scheduling.withdraw(thread);
  if (view.state === ThreadState.running) k.scheduling.vacate(thread);
  if (view.firstWaiter !== 0 || view.deadline !== NEVER) k.waiting.leave(thread);
  if (view.server === 0 && view.frame !== 0) k.servers.withdraw(thread);
}

/** Ends one server: its client is told, and those that work for it have the client's client to answer. */
function endServer(k: Kernel, server: PhysicalAddress): void {
  const view = k.threads.observe(server);
  suspend(k, server);
  const client = clientOf(k, server);
  if (view.server !== 0) orphan(k, view.server, client, view.domain);
  else if (client !== 0) k.servers.fail(client);
  // Nobody works for one that is gone.
  for (const at of k.threads.all())
    if (k.threads.observe(at).requester === server) k.threads.observe(at).requester = at;
  for (const frame of k.stack.frames(server)) dropHeldSpans(k, frame.address);
  k.scheduling.forget(server);
  k.scheduling.recorder?.ended(k, server);
  k.threads.destroy(server);
}

/** Whoever waits for a server's reply, or 0 when it is idle. */
function clientOf(k: Kernel, server: PhysicalAddress): PhysicalAddress {
  let client = 0;
  for (const frame of k.stack.frames(server)) client = frame.client;
  return client;
}

/** A server further on works for one that has died: its reply ends the wait of that one's client, as an error. */
function orphan(k: Kernel, server: PhysicalAddress, client: PhysicalAddress, domain: PhysicalAddress): void {
  for (const frame of k.stack.frames(server))
    if (frame.below === 0) {
      frame.client = client;
      frame.orphaned = 1;
      holdSpans(k, frame.address, domain);
    }
  if (client !== 0) k.threads.observe(client).server = server;
}

/** Does a thread sleep on a queue in a domain's memory? */
function waitsIn(k: Kernel, thread: PhysicalAddress, domain: PhysicalAddress): boolean {
  for (let at = k.threads.observe(thread).firstWaiter; at !== 0; ) {
    const { queue, sibling } = Waiter.at(k.meter.observer, at);
    if (k.frames.ownerOf(queue) === domain) return true;
    at = sibling;
  }
  return false;
}

function giveBackFrames(k: Kernel, domain: PhysicalAddress): void {
  const { firstFrame, untouched } = KernelRoot.at(k.meter.observer, k.rootAddress);
  for (let frame = firstFrame; frame < untouched; frame++)
    if (k.frames.at(frame).owner === domain) giveBack(k, frame);
}

function giveBack(k: Kernel, frame: FrameNumber): void {
  const view = k.frames.at(frame);
  if (view.use === FrameUse.kept) return;
  if (view.use === FrameUse.slab || view.use === FrameUse.server) {
    view.use = FrameUse.withdrawn;
    k.frames.transfer(frame, k.domainOfPlan(1));
    return;
  }
  // Pages that others have mapped stay theirs, and are pages of no file any more.
  if (view.references > 1) {
    k.frames.transfer(frame, k.domainOfPlan(1));
    view.inUse = 0;
    view.next = 0;
  }
  k.frames.release(frame);
}
