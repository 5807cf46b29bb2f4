/**
 * The end of threads and processes. A thread gives back what is its own; the last one gives back what is the process's, and
 * leaves a zombie for the parent to wait for.
 */
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { files } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { futexes } from '../futex/interface.ts';
import { internal } from '../internal.ts';
import { DescriptorTable, Paths } from '../records.ts';
import { childSignalFor } from '../signals/children.ts';
import { releaseHandlers } from '../signals/handlers.ts';
import { signals } from '../signals/interface.ts';
import { retarget } from '../signals/mask.ts';
import { dropPending } from '../signals/pending.ts';
import { post } from '../signals/sending.ts';
import { currentThread, linuxRoot } from '../state.ts';
import { releaseTimers } from '../time/timers.ts';
import { delistProcess, delistThread, stillThere } from './directory.ts';
import { processAt, releaseThread } from './making.ts';

/** A thread that leaves is sent no more signals; those of its process that it was to take go to another. */
function leaveSignals(k: Kernel): void {
  const thread = currentThread(k);
  delistThread(k, thread);
  retarget(k, processAt(k, thread.process), thread, ~thread.blockedLow, ~thread.blockedHigh);
  dropPending(k, thread);
  k.threads.at(k.thread).attention = 0;
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

const exitThread = operation(internal.exitThread, ['process', 'code', 'parent', 'user'], {
  begin(k, f) {
    f.process = currentThread(k).process;
    leaveSignals(k);
    return k.call(futexes.leave, {}, 'detach');
  },
  detach(k, f) {
    const { process } = processAt(k, f.process);
    return k.call(processes.detach, { process, thread: k.thread }, 'detached');
  },
  detached(k, f, reply) {
    const process = processAt(k, f.process);
    k.wake(process.departures);
    if (reply.value > 0) return leave(k);
    delistProcess(k, process);
    linuxRoot(k).leaving += 1;
    releaseTimers(k, process);
    return k.goto('tables');
  },
  tables(k, f) {
    const process = processAt(k, f.process);
    if (process.visitors > 0) return k.wait([process.unvisited], NEVER, 'tables', false);
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
    return k.call(files.releaseProgram, { node: process.executable }, 'space');
  },
  space(k, f) {
    const { space } = processAt(k, f.process);
    return space === 0 ? k.goto('leave space') : k.call(memory.present, { space }, 'peak');
  },
  peak(k, f, reply) {
    const { process } = processAt(k, f.process);
    return k.call(processes.notePeak, { process, pages: reply.second }, 'leave space');
  },
  'leave space'(k, f) {
    const process = processAt(k, f.process);
    const { space } = process;
    k.mechanism();
    Domain.at(k.store, process.domain).space = 0;
    process.space = 0;
    if (space === 0) return k.goto('exit');
    return k.call(memory.destroy, { space }, 'exit');
  },
  // A parent that waits (vfork) has its memory to itself again.
  exit(k, f) {
    const root = linuxRoot(k);
    root.leaving -= 1;
    k.wake(root.relief);
    const view = processAt(k, f.process);
    const { process } = view;
    view.borrowed = 0;
    k.wake(view.released);
    return k.call(processes.setPersonality, { process, word: 0 }, 'children');
  },
  children(k, f) {
    return k.call(signals.tellChildren, { process: processAt(k, f.process).process }, 'parent');
  },
  parent(k, f) {
    const { process } = processAt(k, f.process);
    return k.call(processes.get, { process, field: ProcessField.parentPersonality }, 'zombie');
  },
  zombie(k, f, reply) {
    f.parent = reply.value;
    const process = processAt(k, f.process);
    f.code = process.ending !== 0 ? process.status : f.status;
    f.user = k.credentials.user;
    const parent = stillThere(k, f.parent)?.address ?? 0;
    const { autoReap } = childSignalFor(k, f.process, parent, f.code);
    return k.call(
      processes.exit,
      { process: process.process, status: f.code, autoReap: autoReap ? 1 : 0 },
      'tell',
    );
  },
  tell(k, f, reply) {
    const parent = stillThere(k, reply.second);
    if (parent === undefined) return k.goto('orphans');
    const { signal, code, value } = childSignalFor(k, f.process, parent.address, f.code);
    const sender = processAt(k, f.process).id;
    if (signal !== 0) post(k, { process: parent }, { signal, code, sender, user: f.user, value });
    return k.call(processes.announce, { id: parent.id }, 'orphans');
  },
  orphans(k) {
    return k.call(signals.releaseOrphans, {}, 'forget');
  },
  forget(k, f) {
    k.slab.release(f.process);
    return leave(k);
  },
});

/** The last that a thread does. */
function leave(k: Kernel) {
  const thread = currentThread(k);
  k.threads.at(k.thread).personality = 0;
  releaseThread(k, thread.address);
  return k.end();
}

export const exitOperations: readonly Operation[] = [releasePaths, exitThread];
