/** `store`: what programs write to files of procfs. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { suppliedTree } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { processById, threadById, threadsOf } from '../processes/directory.ts';
import { currentThread, ownSpan } from '../state.ts';
import type { StoreTarget } from './definitions.ts';
import { NAME_BYTES, storeName } from './store.ts';
import { type Subject, subjectOf } from './subject.ts';
import { latin } from './text/format.ts';

/** Bytes that are looked at; more are taken and ignored. */
const LONGEST = 64;

/** The records of what a file is about; undefined when it has gone. */
function targetOf(k: Kernel, subject: Subject): StoreTarget | undefined {
  const process = processById(k, subject.process);
  if (process === undefined) return undefined;
  if (subject.thread === 0) for (const thread of threadsOf(k, process)) return { process, thread };
  const thread = threadById(k, subject.thread);
  return thread && { process, thread };
}

const store = operation(suppliedTree.store, ['moved'], {
  begin(k, f) {
    const subject = subjectOf(k, f.tree, f.node);
    const take = subject?.definition.store;
    if (subject === undefined || take === undefined) return k.fail(ErrorNumber.EIO);
    const length = Math.min(LONGEST, f.from.length);
    const { scratch } = currentThread(k);
    f.moved += k.fromSpan(f.from, f.moved, scratch + f.moved, length - f.moved);
    if (f.moved < length) {
      const rest = { address: f.from.start + f.moved, length: length - f.moved };
      return k.call(memory.supply, { space: f.from.space, ...rest, access: Access.read }, 'supplied');
    }
    const target = targetOf(k, subject);
    if (target === undefined) return k.fail(ErrorNumber.ESRCH);
    const error = take(k, target, latin(k.memory.bytes(scratch, length)));
    if (error !== 0) return k.fail(error);
    if (take !== storeName || target.thread.id !== target.process.id) return k.done(f.from.length);
    const { process } = target.process;
    return k.call(processes.rename, { process, name: ownSpan(target.thread.name, NAME_BYTES) }, 'finish');
  },
  supplied(k, _f, reply) {
    return reply.error === 0 ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
  },
  finish(k, f) {
    return k.done(f.from.length);
  },
});

export const storeOperations: readonly Operation[] = [store];
