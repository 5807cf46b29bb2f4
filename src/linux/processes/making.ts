/** The personality's records of processes and threads: made, copied, given back. No waiting here. */
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials, Domain, FrameUse, RunnerKind } from '../../kernel/objects.ts';
import { DEFAULT_WEIGHT } from '../../kernel/threads.ts';
import { LinuxProcess, LinuxThread, Paths } from '../records.ts';
import { forgetAlternateStack } from '../signals/alternate-stack.ts';
import { linuxRoot, type ProcessView, type ThreadView } from '../state.ts';
import { delistThread, enlistProcess, enlistThread } from './directory.ts';

/** Frames of the machine for each thread that there may be, as Linux has it for stacks of 16 KiB; and the fewest threads. */
const FRAMES_PER_THREAD = 32;
const FEWEST_THREADS = 20;

/** Threads that there may be at once in a machine whose starter set no limit (kernel.threads-max). */
export function usualThreadLimit(k: Kernel): number {
  return Math.max(FEWEST_THREADS, Math.floor(k.root.frameCount / FRAMES_PER_THREAD));
}

/** Are there as many threads as there may be? Says so in the root. */
export function areThreadsOut(k: Kernel): boolean {
  const root = linuxRoot(k);
  // The first process and the timekeeper are the kernel's own.
  const own = root.timekeeper === 0 ? 1 : 2;
  if (k.root.threadCount - own < root.threadLimit) return false;
  root.refusedThreads += 1;
  return true;
}

/** Has the caller's user as many threads as RLIMIT_NPROC says? It does not bind the superuser (getrlimit(2)). */
export function isOverLimit(k: Kernel, limit: number): boolean {
  const { user, effectiveUser } = k.credentials;
  if (user === 0 || effectiveUser === 0 || k.root.threadCount < limit) return false;
  let count = 0;
  for (const thread of k.threads.all()) {
    const { credentials } = Domain.at(k.store, k.threads.at(thread).domain);
    if (credentials !== 0 && Credentials.at(k.store, credentials).user === user) count += 1;
  }
  return count >= limit;
}

/** All harts. */
export const ANY_HART = 0xffff_ffff;

export function processAt(k: Kernel, process: PhysicalAddress): ProcessView {
  return LinuxProcess.at(k.store, process);
}

export function threadAt(k: Kernel, thread: PhysicalAddress): ThreadView {
  return LinuxThread.at(k.store, thread);
}

/** A record for a process of the process service; undefined when there is no memory. */
export function createProcess(
  k: Kernel,
  process: PhysicalAddress,
  id: number,
  domain: PhysicalAddress,
  beneficiary: PhysicalAddress,
): ProcessView | undefined {
  const address = k.slab.allocate(k.homeOf('linux'), LinuxProcess.size);
  if (address === 0) return undefined;
  const view = processAt(k, address);
  view.process = process;
  view.id = id;
  view.domain = domain;
  view.beneficiary = beneficiary;
  view.dumpable = 1;
  enlistProcess(k, view);
  return view;
}

/** A thread of a process, not yet started; undefined when there is no memory. */
export function createThread(k: Kernel, process: ProcessView, id: number): ThreadView | undefined {
  const { domain, beneficiary } = process;
  const plan = {
    domain,
    beneficiary,
    process: process.process,
    runner: RunnerKind.riscv,
    weight: DEFAULT_WEIGHT,
    affinity: ANY_HART,
  };
  const thread = k.threads.create(plan);
  if (thread === 0) return undefined;
  const view = adoptThread(k, process, id, thread);
  if (view === undefined) k.threads.destroy(thread);
  return view;
}

/** Gives a kernel's thread its record in the personality, with scratch pages. */
export function adoptThread(
  k: Kernel,
  process: ProcessView,
  id: number,
  thread: PhysicalAddress,
): ThreadView | undefined {
  const home = k.homeOf('linux');
  const address = k.slab.allocate(home, LinuxThread.size);
  if (address === 0) return undefined;
  const view = threadAt(k, address);
  view.scratch = k.frames.allocate(home, FrameUse.slab) * PAGE_SIZE;
  view.scratch2 = k.frames.allocate(home, FrameUse.slab) * PAGE_SIZE;
  if (view.scratch === 0 || view.scratch2 === 0) {
    releaseThread(k, address);
    return undefined;
  }
  view.id = id;
  view.process = process.address;
  view.thread = thread;
  forgetAlternateStack(view);
  // The kernel's record of a thread: a server asks for the change.
  k.mechanism();
  const kernelThread = k.threads.at(thread);
  kernelThread.personality = address;
  kernelThread.process = process.process;
  kernelThread.domain = process.domain;
  kernelThread.beneficiary = process.beneficiary;
  enlistThread(k, view);
  return view;
}

/** Gives back a thread's record and pages; the kernel's thread is another matter. */
export function releaseThread(k: Kernel, address: PhysicalAddress): void {
  const view = threadAt(k, address);
  delistThread(k, view);
  const { scratch, scratch2 } = view;
  for (const page of [scratch, scratch2]) if (page !== 0) k.frames.release(page / PAGE_SIZE);
  k.slab.release(address);
}

/** Root, current directory and mask of their own. Whoever calls holds the nodes for them. */
export function createPaths(k: Kernel, root: number, current: number, mask: number): PhysicalAddress {
  const address = k.slab.allocate(k.homeOf('linux'), Paths.size);
  if (address === 0) return 0;
  const view = Paths.at(k.store, address);
  view.references = 1;
  view.root = root;
  view.current = current;
  view.mask = mask;
  return address;
}
