/**
 * The end of threads and processes. A thread gives back what is its own; the last one gives back what is the process's, and
 * leaves a zombie for the parent to wait for.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { files } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { futexes } from '../futex/interface.ts';
import { internal } from '../internal.ts';
import { Attention, DescriptorTable, Paths } from '../records.ts';
import { childSignalFor } from '../signals/children.ts';
import { releaseHandlers } from '../signals/handlers.ts';
import { dropPending } from '../signals/pending.ts';
import { currentThread } from '../state.ts';
import { processAt, releaseThread } from './making.ts';

/** Asks all other threads of a process to end, with a wait(2) status that the last one reports. */
export function endProcess(
  k: Kernel,
  process: PhysicalAddress,
  status: number,
  firstThread: PhysicalAddress,
): void {
  const view = processAt(k, process);
  if (view.ending === 0) {
    view.ending = 1;
    view.status = status;
  }
  for (let thread = firstThread; thread !== 0; thread = k.threads.at(thread).sibling)
    if (thread !== k.thread) k.alert(thread, Attention.end);
}

const releasePaths = operation(internal.releasePaths, ['root', 'current'], {
  begin(k, f) {
    const paths = Paths.at(k.store, f.paths);
    paths.references -= 1;
    if (paths.references > 0) return k.done();
    f.root = paths.root;
    f.current = paths.current;
    k.slab.release(f.paths);
    return k.goto('nodes');
  },
  nodes(k, f) {
    const node = f.root || f.current;
    if (node === 0) return k.done();
    if (f.root !== 0) f.root = 0;
    else f.current = 0;
    return k.call(files.release, { node }, 'nodes');
  },
});

const exitThread = operation(internal.exitThread, ['process', 'code', 'parent'], {
  begin(k, f) {
    f.process = currentThread(k).process;
    return k.call(futexes.leave, {}, 'detach');
  },
  detach(k, f) {
    const { process } = processAt(k, f.process);
    return k.call(processes.detach, { process, thread: k.thread }, 'detached');
  },
  detached(k, f, reply) {
    const process = processAt(k, f.process);
    k.wake(process.departures);
    if (reply.value === 0) return k.goto('tables');
    return leave(k);
  },
  tables(k, f) {
    const process = processAt(k, f.process);
    const table = process.descriptors;
    process.descriptors = 0;
    if (table === 0) return k.goto('paths');
    const view = DescriptorTable.at(k.store, table);
    view.references -= 1;
    if (view.references > 0) return k.goto('paths');
    return k.call(internal.closeAll, { table, marked: 0 }, 'paths');
  },
  paths(k, f) {
    return k.call(internal.releasePaths, { paths: processAt(k, f.process).paths }, 'executable');
  },
  executable(k, f) {
    const process = processAt(k, f.process);
    releaseHandlers(k, process.handlers);
    dropPending(k, process);
    if (process.executable === 0) return k.goto('space');
    return k.call(files.release, { node: process.executable }, 'space');
  },
  space(k, f) {
    const process = processAt(k, f.process);
    const { space } = process;
    Domain.at(k.store, process.domain).space = 0;
    process.space = 0;
    process.borrowed = 0;
    k.wake(process.released);
    if (space === 0) return k.goto('exit');
    return k.call(memory.destroy, { space }, 'exit');
  },
  exit(k, f) {
    const { process } = processAt(k, f.process);
    return k.call(processes.setPersonality, { process, word: 0 }, 'parent');
  },
  parent(k, f) {
    const { process } = processAt(k, f.process);
    return k.call(processes.get, { process, field: ProcessField.parentPersonality }, 'zombie');
  },
  zombie(k, f, reply) {
    f.parent = reply.value;
    const process = processAt(k, f.process);
    f.code = process.ending !== 0 ? process.status : f.status;
    const { autoReap } = childSignalFor(k, f.process, f.parent, f.code);
    return k.call(
      processes.exit,
      { process: process.process, status: f.code, autoReap: autoReap ? 1 : 0 },
      'tell',
    );
  },
  tell(k, f) {
    const { signal, code, value } = childSignalFor(k, f.process, f.parent, f.code);
    if (f.parent === 0 || signal === 0) return k.goto('forget');
    const sender = processAt(k, f.process).id;
    return k.call(
      internal.sendSignal,
      { process: f.parent, thread: 0, signal, code, sender, value },
      'forget',
    );
  },
  forget(k, f) {
    k.slab.release(f.process);
    return leave(k);
  },
});

/** The last that a thread does. */
function leave(k: Kernel) {
  const thread = currentThread(k);
  dropPending(k, thread);
  k.threads.at(k.thread).personality = 0;
  releaseThread(k, thread.address);
  return k.end();
}

export const exitOperations: readonly Operation[] = [releasePaths, exitThread];
