/**
 * The times of files: virtual time since the epoch that the wiring gives.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { NodeFlag, type NodeView, nodeAt } from './records.ts';
import { noteChange } from './remembering.ts';
import type { FilesWiring } from './wiring.ts';

const NANOSECONDS = 1_000_000_000;
const DAY = 24 * 60 * 60;

export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

export function instantNow(k: Kernel, w: FilesWiring): Instant {
  const { now, hertz } = k;
  const whole = Math.floor(now / hertz);
  return {
    seconds: w.epoch + whole,
    nanoseconds: Math.floor(((now - whole * hertz) * NANOSECONDS) / hertz),
  };
}

/** Sets times of a node to now. */
export function setTimes(
  k: Kernel,
  w: FilesWiring,
  address: PhysicalAddress,
  access: boolean,
  modify: boolean,
  change: boolean,
): void {
  const node = nodeAt(k, address);
  const { seconds, nanoseconds } = instantNow(k, w);
  if (access) {
    node.accessSeconds = seconds;
    node.accessNanoseconds = nanoseconds;
  }
  if (modify) {
    node.modifySeconds = seconds;
    node.modifyNanoseconds = nanoseconds;
  }
  if ((node.flags & NodeFlag.stored) !== 0) node.flags |= NodeFlag.aged;
  if (change) {
    node.changeSeconds = seconds;
    node.changeNanoseconds = nanoseconds;
  }
}

/** A directory's content or a file's data has changed. */
export function touchModified(k: Kernel, w: FilesWiring, address: PhysicalAddress): void {
  setTimes(k, w, address, false, true, true);
  noteChange(k, address);
}

/** A file has been read: Linux's relatime, which moves the time only when it would tell something, or once a day. */
export function touchAccess(k: Kernel, w: FilesWiring, address: PhysicalAddress): void {
  const node = nodeAt(k, address);
  const { seconds } = instantNow(k, w);
  if (accessedSinceChange(node) && seconds - node.accessSeconds < DAY) return;
  setTimes(k, w, address, true, false, false);
}

function accessedSinceChange(node: NodeView): boolean {
  const { accessSeconds, accessNanoseconds } = node;
  return (
    after(accessSeconds, accessNanoseconds, node.modifySeconds, node.modifyNanoseconds) &&
    after(accessSeconds, accessNanoseconds, node.changeSeconds, node.changeNanoseconds)
  );
}

function after(seconds: number, nanoseconds: number, thanSeconds: number, thanNanoseconds: number): boolean {
  return seconds > thanSeconds || (seconds === thanSeconds && nanoseconds > thanNanoseconds);
}
