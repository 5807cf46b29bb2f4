/** Sending signals as operations, for those who cannot do it within a step of their own. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { internal } from '../internal.ts';
import { processById, processFrom, stillThere, threadsOf } from '../processes/directory.ts';
import { currentThread } from '../state.ts';
import type { Tracer } from '../trace.ts';
import { deliverOperation } from './deliver.ts';
import { kernelSignal } from './information.ts';
import { signals } from './interface.ts';
import { orphanOperations } from './orphans.ts';
import { force, post } from './sending.ts';

const sendSignal = operation(internal.sendSignal, [], {
  begin(k, f) {
    const process = stillThere(k, f.process);
    if (process === undefined) return k.fail(ErrorNumber.ESRCH);
    const { signal, code, sender, user, value } = f;
    let thread: ReturnType<typeof currentThread> | undefined;
    for (const candidate of threadsOf(k, process)) if (candidate.address === f.thread) thread = candidate;
    if (f.thread !== 0 && thread === undefined) return k.fail(ErrorNumber.ESRCH);
    const error = post(k, { process, thread }, { signal, code, sender, user, value });
    return error === 0 ? k.done() : k.fail(error);
  },
});

const forceSignal = operation(signals.force, [], {
  begin(k, f) {
    force(k, currentThread(k), kernelSignal(f.signal, f.code, f.value));
    return k.done();
  },
});

const sendGroup = operation(signals.sendGroup, ['id', 'count'], {
  begin(k, f) {
    const process = processFrom(k, f.id + 1);
    if (process === undefined) return k.done(f.count);
    f.id = process.id;
    return k.call(processes.get, { process: process.process, field: ProcessField.group }, 'member');
  },
  member(k, f, reply) {
    const process = reply.value === f.group ? processById(k, f.id) : undefined;
    if (process === undefined) return k.goto('begin');
    f.count += 1;
    post(k, { process }, kernelSignal(f.signal));
    return k.goto('begin');
  },
});

/** @param tracer told of signals that are delivered. */
export function signalOperations(tracer: Tracer | undefined): readonly Operation[] {
  return [sendSignal, forceSignal, sendGroup, deliverOperation(tracer), ...orphanOperations];
}
