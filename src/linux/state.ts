/** The way from the executing thread to the personality's records. */
import type { ViewOf } from '../contracts/records.ts';
import type { Span } from '../contracts/service.ts';
import { SpanRight } from '../contracts/service.ts';
import type { PhysicalAddress, VirtualAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { LinuxProcess, LinuxRoot, LinuxThread, Paths } from './records.ts';

export type ThreadView = ViewOf<typeof LinuxThread.schema>;
export type ProcessView = ViewOf<typeof LinuxProcess.schema>;

export function linuxRoot(k: Kernel): ViewOf<typeof LinuxRoot.schema> {
  return LinuxRoot.at(k.store, k.serviceRoot('linux'));
}

/** The executing thread. */
export function currentThread(k: Kernel): ThreadView {
  return LinuxThread.at(k.store, k.sender);
}

/** The process of the executing thread. */
export function currentProcess(k: Kernel): ProcessView {
  return LinuxProcess.at(k.store, currentThread(k).process);
}

export function currentPaths(k: Kernel): ViewOf<typeof Paths.schema> {
  return Paths.at(k.store, currentProcess(k).paths);
}

/** Bytes of the calling program. No page is looked at before something moves. */
export function userSpan(k: Kernel, start: VirtualAddress, length: number, rights: number): Span {
  return { space: k.spaceOf(k.thread), start, length, rights };
}

/** Bytes of the personality itself. */
export function ownSpan(start: PhysicalAddress, length: number): Span {
  return { space: 0, start, length, rights: SpanRight.read | SpanRight.write };
}
