/**
 * The way in and out of the personality: system calls by number, exceptions as signals, attention before a return.
 *
 * A call's arguments are decoded from the registers by its table entry; its result goes to a0, an error as its negative. A
 * call that ends in ERESTART is decided by `attention`: started again from its beginning, or EINTR when a handler runs.
 */
import { ErrorNumber } from '../contracts/errors.ts';
import { personality } from '../kernel/entry.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import type { SystemCall } from './call.ts';
import { internal } from './internal.ts';
import { Attention, CALL_COUNTERS, LinuxProcess, Restart } from './records.ts';
import { exceptionSignal, isPageFault } from './signals/exceptions.ts';
import { signals } from './signals/interface.ts';
import { currentThread, linuxRoot, type ThreadView } from './state.ts';
import type { Tracer } from './trace.ts';

const A0 = 10;
const A7 = 17;

function countCall(k: Kernel, number: number): void {
  if (number >= CALL_COUNTERS) return;
  const { counters } = linuxRoot(k);
  (k.memory.f64[(counters >>> 3) + number] as number) += 1;
}

/** Notes how a call that was interrupted is to go on; `deliver` decides. */
function interrupted(k: Kernel, thread: ThreadView, error: number): boolean {
  if (error !== ErrorNumber.ERESTART && error !== ErrorNumber.ERESTARTNOHAND) return false;
  thread.restart = error === ErrorNumber.ERESTART ? Restart.unlessRefused : Restart.withoutHandler;
  k.threads.at(k.thread).attention |= Attention.signal;
  return true;
}

const exception = operation(personality.exception, [], {
  begin(k, f) {
    const { signal, code } = exceptionSignal(f.cause, f.error);
    const value = isPageFault(f.cause) ? f.valueHigh * 2 ** 32 + f.valueLow : k.threads.context(k.thread).pc;
    return k.call(signals.force, { signal, code, value }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

const attention = operation(personality.attention, [], {
  begin(k) {
    const thread = currentThread(k);
    const kernelThread = k.threads.at(k.thread);
    if (kernelThread.attention & Attention.end) {
      const { status } = LinuxProcess.at(k.store, thread.process);
      return k.call(internal.exitThread, { status }, 'finish');
    }
    return k.call(internal.deliver, {}, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

/** @param calls the implemented calls by number. @param tracer told of every call and its result, if anyone listens. */
export function personalityOperations(
  calls: ReadonlyMap<number, SystemCall>,
  tracer: Tracer | undefined,
): readonly Operation[] {
  const byNumber = Array.from({ length: Math.max(...calls.keys()) + 1 }, (_, number) => calls.get(number));
  const systemCall = operation(personality.systemCall, ['number'], {
    begin(k, f) {
      const context = k.threads.context(k.thread);
      const number = context.low(A7);
      f.number = number;
      countCall(k, number);
      const thread = currentThread(k);
      thread.argumentLow = context.low(A0);
      thread.argumentHigh = context.high(A0);
      const isKnown = context.high(A7) === 0 && number < byNumber.length;
      const call = isKnown ? byNumber[number] : undefined;
      tracer?.enter(k, number, call);
      if (call === undefined) {
        context.set(A0, -ErrorNumber.ENOSYS);
        tracer?.leave(k, number, call, 0, ErrorNumber.ENOSYS);
        return k.done();
      }
      return k.call(call.operation.reference, call.decode(context), 'finish');
    },
    finish(k, f, reply) {
      const thread = currentThread(k);
      tracer?.leave(k, f.number, byNumber[f.number], reply.value, reply.error);
      if (thread.keepRegisters !== 0) {
        thread.keepRegisters = 0;
        return k.done();
      }
      const { value, error } = reply;
      const isInterrupted = error !== 0 && interrupted(k, thread, error);
      const result = error === 0 ? value : isInterrupted ? -ErrorNumber.EINTR : -error;
      k.threads.context(k.thread).set(A0, result);
      return k.done();
    },
  });

  return [systemCall, exception, attention];
}
