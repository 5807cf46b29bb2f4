/**
 * Who is there: the processes and threads that can be signalled, by number.
 *
 * The process service owns the tree of processes; this is the personality's own directory, so that a step can find and use a
 * record at once. An address that was true in an earlier step may not be any more: ask `stillThere` again in each step.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Tree } from '../../kernel/tree.ts';
import { LinuxProcess, LinuxRoot, LinuxThread } from '../records.ts';
import type { ProcessView, ThreadView } from '../state.ts';

function processTree(k: Kernel): Tree {
  return new Tree(k.store, k.serviceRoot('linux') + LinuxRoot.offsets.processes);
}

function threadTree(k: Kernel): Tree {
  return new Tree(k.store, k.serviceRoot('linux') + LinuxRoot.offsets.threads);
}

export function enlistProcess(k: Kernel, process: ProcessView): void {
  processTree(k).insert(process.node, process.id);
  process.listed = 1;
}

export function delistProcess(k: Kernel, process: ProcessView): void {
  if (process.listed === 0) return;
  process.listed = 0;
  processTree(k).remove(process.node);
}

/** The first process whose number is at least `id`, or undefined: the way to walk through all of them. */
export function processFrom(k: Kernel, id: number): ProcessView | undefined {
  const node = processTree(k).atLeast(id);
  return node === 0 ? undefined : LinuxProcess.at(k.store, node - LinuxProcess.offsets.node);
}

export function processById(k: Kernel, id: number): ProcessView | undefined {
  const process = processFrom(k, id);
  return process?.id === id ? process : undefined;
}

export function threadById(k: Kernel, id: number): ThreadView | undefined {
  const node = threadTree(k).atLeast(id);
  if (node === 0) return undefined;
  const thread = LinuxThread.at(k.store, node - LinuxThread.offsets.node);
  return thread.id === id ? thread : undefined;
}

/** The process whose record was at an address a step ago; undefined when it has gone since. */
export function stillThere(k: Kernel, address: PhysicalAddress): ProcessView | undefined {
  if (address === 0) return undefined;
  const found = processById(k, LinuxProcess.at(k.store, address).id);
  return found?.address === address ? found : undefined;
}

/** Adds a thread to its process's list and to the directory. */
export function enlistThread(k: Kernel, thread: ThreadView): void {
  const process = LinuxProcess.at(k.store, thread.process);
  thread.previous = process.lastThread;
  if (process.lastThread === 0) process.firstThread = thread.address;
  else LinuxThread.at(k.store, process.lastThread).next = thread.address;
  process.lastThread = thread.address;
  threadTree(k).insert(thread.node, thread.id);
  thread.listed = 1;
}

export function delistThread(k: Kernel, thread: ThreadView): void {
  if (thread.listed === 0) return;
  thread.listed = 0;
  threadTree(k).remove(thread.node);
  const process = LinuxProcess.at(k.store, thread.process);
  const { next, previous } = thread;
  if (previous === 0) process.firstThread = next;
  else LinuxThread.at(k.store, previous).next = next;
  if (next === 0) process.lastThread = previous;
  else LinuxThread.at(k.store, next).previous = previous;
  thread.next = 0;
  thread.previous = 0;
}

/** Gives a thread another number, as exec does to one that takes its process over. */
export function renumberThread(k: Kernel, thread: ThreadView, id: number): void {
  if (thread.id === id) return;
  const tree = threadTree(k);
  if (thread.listed !== 0) tree.remove(thread.node);
  thread.id = id;
  if (thread.listed !== 0) tree.insert(thread.node, id);
}

/** The threads of a process, oldest first. */
export function* threadsOf(k: Kernel, process: ProcessView): Generator<ThreadView> {
  for (let at = process.firstThread; at !== 0; ) {
    const thread = LinuxThread.at(k.store, at);
    at = thread.next;
    yield thread;
  }
}
