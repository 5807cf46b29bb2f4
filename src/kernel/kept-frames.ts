/**
 * Frames that outlive their server: what waits there to be written to a disk can be found by the server's next life.
 *
 * The frame table itself is the registry (as the one of Chen et al., 'The Rio File Cache: Surviving Operating System Crashes',
 * 1996): the record of a kept frame says for which disk and sectors its first bytes are. A server keeps a frame for as long as
 * the disk does not have what it holds. Only servers need this: what is kept in the kernel dies with the machine.
 */
import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { Frame, FrameUse, KernelRoot } from './objects.ts';

/** Where the first bytes of a frame belong: in sectors, of the disk with a device's number. */
export interface KeptPlace {
  readonly device: number;
  readonly sector: number;
  readonly sectors: number;
}

/** Keeps a whole frame of the executing domain until `letFrameGo`, or until it is released. */
export function keepFrame(k: Kernel, frame: FrameNumber, { device, sector, sectors }: KeptPlace): void {
  const view = k.frames.at(frame);
  if (view.use === FrameUse.kept) return;
  k.mechanism();
  view.use = FrameUse.kept;
  view.next = device;
  view.index = sector;
  view.inUse = sectors;
}

/** The disk has what a frame holds, or never will: the frame is one like others. */
export function letFrameGo(k: Kernel, frame: FrameNumber): void {
  const view = k.frames.at(frame);
  if (view.use !== FrameUse.kept) return;
  k.mechanism();
  view.use = FrameUse.index;
}

/** What the server's last life has kept is where it belongs. Whoever still works on it for that one has it alone from now on. */
export function dropKept(k: Kernel, frame: FrameNumber): void {
  letFrameGo(k, frame);
  if (k.frames.at(frame).references > 1) k.frames.transfer(frame, k.domainOfPlan(1));
  k.frames.release(frame);
}

/** The first kept frame of a domain at or behind `from`; 0 when there is none. */
export function keptFrom(k: Kernel, domain: PhysicalAddress, from: FrameNumber): FrameNumber {
  const { firstFrame, untouched, frameTable } = KernelRoot.at(k.meter.observer, k.rootAddress);
  for (let frame = Math.max(from, firstFrame); frame < untouched; frame++) {
    const { owner, use } = Frame.at(k.meter.observer, frameTable + (frame - firstFrame) * Frame.size);
    if (owner === domain && use === FrameUse.kept) return frame;
  }
  return 0;
}

export function placeOfKept(k: Kernel, frame: FrameNumber): KeptPlace {
  const { next, index, inUse } = k.frames.at(frame);
  return { device: next, sector: index, sectors: inUse };
}

/** Is an address the beginning of a frame of its own, rather than a record in a slab? */
export function isWholeFrame(k: Kernel, address: PhysicalAddress): boolean {
  return address % PAGE_SIZE === 0 && k.frames.at(address / PAGE_SIZE).use !== FrameUse.slab;
}
