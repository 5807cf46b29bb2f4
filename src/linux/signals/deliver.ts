/**
 * Delivering signals: what a thread does about them before it returns to its program.
 *
 * It ends, stops or goes on as actions say, or enters a handler: a frame on its stack keeps what it was doing until
 * rt_sigreturn. A call that was interrupted is started again here, or left at EINTR.
 */

import type { OutcomeNumber, Reply } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { internal } from '../internal.ts';
import { processById, threadsOf } from '../processes/directory.ts';
import { Attention, Restart } from '../records.ts';
import { currentProcess, currentThread, linuxRoot, type ProcessView, type ThreadView } from '../state.ts';
import type { Tracer } from '../trace.ts';
import { writeProgram } from '../user-memory.ts';
import { signalReturn } from '../vdso/page.ts';
import { forgetAlternateStack, StackFlag } from './alternate-stack.ts';
import { CONTEXT_OFFSET, composeFrame, FRAME_BYTES, placeOfFrame } from './frame.ts';
import { ActionFlag, actionAt, SIGNAL_DEFAULT, SIGNAL_IGNORE } from './handlers.ts';
import { ChildCode, kernelSignal } from './information.ts';
import { refreshAttention, setBlocked } from './mask.ts';
import { SignalNumber } from './numbers.ts';
import { takePending } from './pending.ts';
import { force, post, setStopped, terminate } from './sending.ts';
import { contains, highBit, IGNORED_SIGNALS, lowBit, STOP_SIGNALS } from './sets.ts';

const RETURN_ADDRESS = 1;
const STACK_POINTER = 2;
const A0 = 10;
const A1 = 11;
const A2 = 12;
const CALL_BYTES = 4;
/** Statuses of wait(2). */
const STOPPED_STATUS = 0x7f;
const CONTINUED_STATUS = 0xffff;
/** Addresses of programs end here. */
const USER_END = 2 ** 47;

/** What the frame of a delivery keeps of the action while the stack's pages are supplied. */
interface Delivery {
  signal: number;
  handler: number;
  flags: number;
  maskLow: number;
  maskHigh: number;
  place: number;
  code: number;
}

type Steps = { readonly [name in string]: (k: Kernel, f: Delivery, reply: Reply) => OutcomeNumber };

/** The call that was interrupted is made again: registers as it found them, pc back at its instruction. */
function restartCall(k: Kernel, thread: ThreadView): void {
  const context = k.threads.context(k.thread);
  context.setHalves(A0, thread.argumentLow, thread.argumentHigh);
  context.pc -= CALL_BYTES;
}

/** Nothing is left to deliver. */
function settle(k: Kernel, thread: ThreadView): void {
  if (thread.restoreMask !== 0) {
    thread.restoreMask = 0;
    setBlocked(k, thread, thread.savedLow, thread.savedHigh);
  }
  if (thread.restart !== Restart.none) restartCall(k, thread);
  thread.restart = Restart.none;
  refreshAttention(k, thread);
}

/** A handler will run: decides what it interrupts. */
function decideRestart(k: Kernel, thread: ThreadView, flags: number): void {
  if (thread.restart === Restart.unlessRefused && (flags & ActionFlag.restart) !== 0) restartCall(k, thread);
  thread.restart = Restart.none;
  thread.resumeUntil = 0;
}

/** Points the registers at the handler, whose frame is on the stack by now. */
function enterHandler(k: Kernel, thread: ThreadView, f: Delivery): void {
  const context = k.threads.context(k.thread);
  context.set(RETURN_ADDRESS, signalReturn(k));
  context.pc = f.handler;
  context.set(STACK_POINTER, f.place);
  context.set(A0, f.signal);
  context.set(A1, f.place);
  context.set(A2, f.place + CONTEXT_OFFSET);
  thread.restoreMask = 0;
  if ((thread.stackFlags & StackFlag.autoDisarm) !== 0) forgetAlternateStack(thread);
  const own = (f.flags & ActionFlag.noDefer) === 0;
  const low = thread.blockedLow | f.maskLow | (own ? lowBit(f.signal) : 0);
  const high = thread.blockedHigh | f.maskHigh | (own ? highBit(f.signal) : 0);
  setBlocked(k, thread, low >>> 0, high >>> 0);
}

/** Stops the process: its other threads stop when they come by; the parent is told. */
function stop(k: Kernel, process: ProcessView, thread: ThreadView, signal: number): void {
  setStopped(k, process, signal);
  process.stopping = 0;
  process.change = ChildCode.stopped;
  process.changeSignal = signal;
  for (const other of threadsOf(k, process))
    if (other.address !== thread.address) k.alert(other.thread, Attention.stop);
}

/** Tells the parent of a stop or continuation by SIGCHLD, when it wants to hear of it. */
function tellParent(k: Kernel, child: ProcessView, parentId: number, code: number, signal: number): void {
  const parent = processById(k, parentId);
  if (parent === undefined || parent.handlers === 0) return;
  const { handler, flags } = actionAt(k, parent.handlers, SignalNumber.SIGCHLD);
  if (handler === SIGNAL_IGNORE || (flags & ActionFlag.noChildStop) !== 0) return;
  const { user } = k.credentials;
  post(k, { process: parent }, { signal: SignalNumber.SIGCHLD, code, sender: child.id, user, value: signal });
}

/** Does the default action of a signal end the process? */
function endsProcess(k: Kernel, process: ProcessView, signal: number): boolean {
  if (process.address === linuxRoot(k).init) return false;
  return !contains(IGNORED_SIGNALS | STOP_SIGNALS, 0, signal);
}

/** What comes first: an end, a stop, news for the parent; then the next signal. */
function begin(k: Kernel, f: Delivery): OutcomeNumber {
  const thread = currentThread(k);
  const process = currentProcess(k);
  const kernelThread = k.threads.at(k.thread);
  if (kernelThread.attention & Attention.end)
    return k.call(internal.exitThread, { status: process.status }, 'never');
  kernelThread.attention &= ~Attention.stop;
  if (process.change !== 0) return k.goto('report');
  if (process.stopped !== 0) return k.wait([process.continued], NEVER, 'begin', false);
  const { scratch, blockedLow, blockedHigh } = thread;
  f.signal = takePending(k, [thread, process], blockedLow, blockedHigh, scratch);
  if (f.signal !== 0) return k.goto('act');
  settle(k, thread);
  return k.done();
}

/** A signal has been taken; its siginfo_t lies in the scratch page. */
function act(k: Kernel, f: Delivery, tracer: Tracer | undefined): OutcomeNumber {
  const thread = currentThread(k);
  const action = actionAt(k, currentProcess(k).handlers, f.signal);
  const { handler, flags, maskLow, maskHigh } = action;
  if (handler === SIGNAL_IGNORE) return k.goto('begin');
  const { scratch } = thread;
  tracer?.signal?.(k, f.signal, k.memory.read32(scratch + 8) | 0, k.memory.read32(scratch + 16));
  if (handler === SIGNAL_DEFAULT) return k.goto('default');
  if (flags & ActionFlag.resetHandler) action.handler = SIGNAL_DEFAULT;
  Object.assign(f, { handler, flags, maskLow, maskHigh });
  decideRestart(k, thread, flags);
  const context = k.threads.context(k.thread);
  f.place = placeOfFrame(thread, context, (flags & ActionFlag.onStack) !== 0);
  if (f.place < 0 || f.place + FRAME_BYTES > USER_END) return k.goto('bad stack');
  composeFrame(k, thread, context, scratch);
  return writeProgram(k, f.place, scratch, FRAME_BYTES, 'framed');
}

const handlerSteps = {
  framed(k, f, reply) {
    if (reply.error !== 0) return k.goto('bad stack');
    enterHandler(k, currentThread(k), f);
    return k.done();
  },
  'bad stack'(k, f) {
    const { SIGSEGV } = SignalNumber;
    force(k, currentThread(k), kernelSignal(SIGSEGV), f.signal === SIGSEGV);
    return k.goto('begin');
  },
} satisfies Steps;

const defaultSteps = {
  default(k, f) {
    const process = currentProcess(k);
    if (endsProcess(k, process, f.signal)) {
      terminate(k, process, f.signal);
      return k.call(internal.exitThread, { status: f.signal }, 'never');
    }
    if (!contains(STOP_SIGNALS, 0, f.signal)) return k.goto('begin');
    process.stopping = 1;
    return k.call(processes.get, { process: process.process, field: ProcessField.groupOrphaned }, 'orphaned');
  },
  /** Nobody could continue a member of an orphaned group: a terminal's signals do not stop it. */
  orphaned(k, f, reply) {
    currentProcess(k).stoppedOrphaned = reply.value;
    return k.goto(reply.value !== 0 && f.signal !== SignalNumber.SIGSTOP ? 'begin' : 'stop');
  },
  stop(k, f) {
    const process = currentProcess(k);
    // SIGCONT or SIGKILL may have come while the group was looked at.
    if (process.ending === 0 && process.stopping !== 0) stop(k, process, currentThread(k), f.signal);
    return k.goto('begin');
  },
} satisfies Steps;

const reportSteps = {
  report(k, f) {
    const process = currentProcess(k);
    f.code = process.change;
    f.signal = process.changeSignal;
    process.change = 0;
    const continued = f.code === ChildCode.continued ? 1 : 0;
    const status = continued ? CONTINUED_STATUS : f.signal * 256 + STOPPED_STATUS;
    return k.call(processes.report, { process: process.process, status, continued }, 'reported');
  },
  reported(k) {
    const { process } = currentProcess(k);
    return k.call(processes.get, { process, field: ProcessField.parent }, 'tell');
  },
  tell(k, f, reply) {
    tellParent(k, currentProcess(k), reply.value, f.code, f.signal);
    return k.call(processes.announce, { id: reply.value }, 'begin');
  },
} satisfies Steps;

/** @param tracer told of every signal that is delivered, if anyone listens. */
export function deliverOperation(tracer: Tracer | undefined): Operation {
  return operation(internal.deliver, ['signal', 'handler', 'flags', 'maskLow', 'maskHigh', 'place', 'code'], {
    begin,
    act: (k, f) => act(k, f, tracer),
    ...handlerSteps,
    ...defaultSteps,
    ...reportSteps,
    never: (k) => k.end(),
  });
}
