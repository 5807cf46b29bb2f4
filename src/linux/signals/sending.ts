/**
 * Sending signals: what happens at once when one is sent, whoever takes it later.
 *
 * `post` is whole within a step. It stops nothing and runs nothing by itself: it wakes a thread of the process, which finds
 * the signal in `deliver` before it returns to its program.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { ThreadState } from '../../kernel/objects.ts';
import { threadsOf } from '../processes/directory.ts';
import { Attention, LinuxProcess, LinuxThread } from '../records.ts';
import { linuxRoot, type ProcessView, type ThreadView } from '../state.ts';
import { PosixTimer } from '../time/records.ts';
import { actionAt, SIGNAL_DEFAULT, SIGNAL_IGNORE } from './handlers.ts';
import {
  ChildCode,
  KEPT_BYTES,
  putInformation,
  SignalCode,
  type SignalInformation,
  VALUE_OFFSET,
} from './information.ts';
import { refreshAttention } from './mask.ts';
import { SignalNumber } from './numbers.ts';
import { addPending, createEntry, type PendingSet, removePending, SignalEntry } from './pending.ts';
import { CONTINUE_SIGNALS, contains, IGNORED_SIGNALS, STOP_SIGNALS } from './sets.ts';

/** The first of the real-time signals, which queue. */
export const FIRST_REAL_TIME = 32;

/** Where a signal goes: to a process as a whole, or to one thread of it. */
export interface Target {
  readonly process: ProcessView;
  readonly thread?: ThreadView | undefined;
}

export interface PostOptions {
  /** Signals that may be queued at most (RLIMIT_SIGPENDING), for real-time signals sent by programs. */
  readonly limit?: number;
  /** The kept bytes of a siginfo_t to be passed on as they are. */
  readonly raw?: PhysicalAddress;
  /** The POSIX timer whose signal it is. */
  readonly timer?: PhysicalAddress;
}

/** Notes that a process is stopped by a signal, or by none. */
export function setStopped(k: Kernel, process: ProcessView, signal: number): void {
  const root = linuxRoot(k);
  if (process.stopped === 0 && signal !== 0) root.stoppedProcesses += 1;
  if (process.stopped !== 0 && signal === 0) root.stoppedProcesses -= 1;
  process.stopped = signal;
}

/** Ends a process: all its threads leave, whatever they do, with a wait(2) status. */
export function terminate(k: Kernel, process: ProcessView, status: number): void {
  if (process.ending === 0) {
    process.ending = 1;
    process.status = status;
  }
  setStopped(k, process, 0);
  for (const thread of threadsOf(k, process)) k.alert(thread.thread, Attention.end);
  k.wake(process.continued);
}

/** Sends a signal. Returns 0, or EAGAIN when a real-time signal finds the queue full. */
export function post(
  k: Kernel,
  target: Target,
  information: SignalInformation,
  options: PostOptions = {},
): number {
  const { process, thread } = target;
  const { signal } = information;
  if (process.ending !== 0 || process.handlers === 0) return 0;
  prepare(k, process, signal);
  if (isIgnored(k, process, thread ?? firstThread(k, process), signal)) return 0;
  if (signal === SignalNumber.SIGKILL) {
    terminate(k, process, signal);
    return 0;
  }
  const set: PendingSet = thread ?? process;
  if (signal < FIRST_REAL_TIME && contains(set.pendingLow, set.pendingHigh, signal)) return 0;
  const entry = makeEntry(k, information, options);
  if (entry === 0 && signal >= FIRST_REAL_TIME && information.code !== SignalCode.user)
    return ErrorNumber.EAGAIN;
  addPending(k, set, signal, entry);
  k.wake(process.signalled);
  const taker = thread === undefined ? chooseThread(k, process, signal) : wants(k, thread, signal);
  if (taker !== undefined) k.alert(taker.thread, Attention.signal);
  return 0;
}

function firstThread(k: Kernel, process: ProcessView): ThreadView | undefined {
  return process.firstThread === 0 ? undefined : LinuxThread.at(k.store, process.firstThread);
}

function makeEntry(k: Kernel, information: SignalInformation, options: PostOptions): PhysicalAddress {
  if (information.signal >= FIRST_REAL_TIME && linuxRoot(k).queuedSignals >= (options.limit ?? Infinity))
    return 0;
  const entry = createEntry(k);
  if (entry === 0) return 0;
  const view = SignalEntry.at(k.store, entry);
  view.signal = information.signal;
  if (options.raw !== undefined) k.memory.copy(view.information, options.raw, KEPT_BYTES);
  else putInformation(k, view.information, information);
  if (options.timer !== undefined) fillFromTimer(k, view, options.timer);
  return entry;
}

/** Entry and timer know each other; what the program gave with the timer comes with the signal. */
function fillFromTimer(k: Kernel, entry: ViewOf<typeof SignalEntry.schema>, timer: PhysicalAddress): void {
  const view = PosixTimer.at(k.store, timer);
  entry.timer = timer;
  view.entry = entry.address;
  k.memory.write32(entry.information + VALUE_OFFSET, view.valueLow);
  k.memory.write32(entry.information + VALUE_OFFSET + 4, view.valueHigh);
}

/** A stop signal takes back continuations that are under way, and the other way round; SIGCONT continues at once. */
function prepare(k: Kernel, process: ProcessView, signal: number): void {
  if (contains(STOP_SIGNALS, 0, signal)) removeEverywhere(k, process, CONTINUE_SIGNALS);
  else if (signal === SignalNumber.SIGCONT) {
    removeEverywhere(k, process, STOP_SIGNALS);
    process.stopping = 0;
    if (process.stopped !== 0) resume(k, process);
  }
}

function removeEverywhere(k: Kernel, process: ProcessView, signals: number): void {
  removePending(k, process, signals, 0);
  for (const thread of threadsOf(k, process)) removePending(k, thread, signals, 0);
}

/** A stopped process goes on; the first of its threads tells the parent. */
function resume(k: Kernel, process: ProcessView): void {
  setStopped(k, process, 0);
  process.change = ChildCode.continued;
  process.changeSignal = SignalNumber.SIGCONT;
  for (const thread of threadsOf(k, process)) {
    k.threads.at(thread.thread).attention &= ~Attention.stop;
    refreshAttention(k, thread);
  }
  k.wake(process.continued);
}

/** Is a signal dropped when it is sent? Those that are blocked are not: their action may yet change. */
function isIgnored(k: Kernel, process: ProcessView, thread: ThreadView | undefined, signal: number): boolean {
  const { handler } = actionAt(k, process.handlers, signal);
  if (handler === SIGNAL_DEFAULT && process.address === linuxRoot(k).init) return true;
  if (thread !== undefined && isBlocked(thread, signal)) return false;
  if (handler === SIGNAL_IGNORE) return true;
  return handler === SIGNAL_DEFAULT && contains(IGNORED_SIGNALS, 0, signal);
}

function isBlocked(thread: ThreadView, signal: number): boolean {
  return (
    contains(thread.blockedLow, thread.blockedHigh, signal) ||
    contains(thread.reallyBlockedLow, thread.reallyBlockedHigh, signal)
  );
}

/** A thread that would take a signal and must be told: one that does not block it and has not been told of another. */
function wants(k: Kernel, thread: ThreadView, signal: number): ThreadView | undefined {
  if (contains(thread.blockedLow, thread.blockedHigh, signal)) return undefined;
  const { attention, state } = k.threads.at(thread.thread);
  if (LinuxProcess.at(k.store, thread.process).stopped !== 0) return undefined;
  return state === ThreadState.running || (attention & Attention.signal) === 0 ? thread : undefined;
}

/** The thread to be told of a signal of its process: the oldest that wants it. Without one, whoever can will find it. */
function chooseThread(k: Kernel, process: ProcessView, signal: number): ThreadView | undefined {
  for (const thread of threadsOf(k, process)) {
    const taker = wants(k, thread, signal);
    if (taker !== undefined) return taker;
  }
  return undefined;
}

/**
 * Sends a thread a signal that it cannot put off: a fault of its own. When it blocks or ignores it, the default action is
 * put back; with `fatal` in any case.
 */
export function force(k: Kernel, thread: ThreadView, information: SignalInformation, fatal = false): void {
  const process = LinuxProcess.at(k.store, thread.process);
  const { signal } = information;
  const action = actionAt(k, process.handlers, signal);
  const blocked = contains(thread.blockedLow, thread.blockedHigh, signal);
  if (blocked || fatal || action.handler === SIGNAL_IGNORE) action.handler = SIGNAL_DEFAULT;
  if (blocked) {
    thread.blockedLow &= ~(1 << (signal - 1));
    refreshAttention(k, thread);
  }
  post(k, { process, thread }, information);
}
