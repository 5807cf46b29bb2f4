/**
 * Snapshots: a machine's whole state as bytes, and back.
 * Their layout, and what is checked of a file that comes from anywhere, is in snapshot-format.ts.
 *
 * State is memory, the reservation of the active hart, and nothing else. How far the outside was is in the header too: of input
 * in a file, a resumed machine gets what follows. What the machine is made of (profile, structure,
 * sizes) and what was mounted (fingerprints) stand in the header, so that a snapshot is not put on another machine. What memory
 * holds is believed but for the kernel's first record: whoever makes a snapshot up makes a machine up.
 */
import { PAGE_SIZE } from '../contracts/units.ts';
import { flawOf, type KernelLayout, LAYOUT_VERSION } from '../kernel/layout.ts';
import type { PhysicalMemory } from '../machine/memory.ts';
import { translationBytes } from '../machine/processor.ts';
import { TerminalRoot } from '../services/terminal/records.ts';
import { forgetObservers, usedFrames } from './memory-hash.ts';
import {
  encodeSnapshot,
  headerIn,
  type OutsideProgress,
  pagesIn,
  SnapshotError,
  type SnapshotHeader,
} from './snapshot-format.ts';
import { System, type SystemParts } from './system.ts';

/** What of the outside a machine stands on: its trees, then its disks. */
function outsiders({ world }: SystemParts): readonly { fingerprint: string; description: string }[] {
  return [...world.layers, ...(world.disks ?? [])];
}

/** Sizes of records and of the translation caches' state, which lies among them. */
function layoutOf({ profile, modelTranslation }: SystemParts): string {
  return `${LAYOUT_VERSION}.${translationBytes(profile, modelTranslation)}`;
}

function headerOf(system: System, note: unknown): SnapshotHeader {
  const { parts } = system;
  return {
    layout: layoutOf(parts),
    profile: parts.profile.name,
    structure: parts.structure.name,
    scheduler: parts.scheduler ?? 'rr',
    harts: parts.harts,
    memory: parts.memory,
    modelTranslation: parts.modelTranslation,
    fingerprints: outsiders(parts).map(({ fingerprint }) => fingerprint),
    reservation: system.processor.reservation,
    prices: system.meter.prices,
    outside: progressOf(system),
    note,
  };
}

function progressOf(system: System): OutsideProgress {
  const terminal = TerminalRoot.at(system.meter.observer, system.kernel.serviceRoot('terminal'));
  return { input: terminal.deviceHead, seconds: system.executive.elapsed() / system.kernel.hertz };
}

/** The frames that hold anything but zeros, by number. */
function fullFrames(system: System): number[] {
  const words = PAGE_SIZE / 8;
  const numbers: number[] = [];
  for (let frame = 0; frame < usedFrames(system); frame++) {
    const page = system.memory.f64.subarray(frame * words, (frame + 1) * words);
    if (page.some((word) => !Object.is(word, 0))) numbers.push(frame);
  }
  return numbers;
}

/** The state of a machine that stands between two turns. `note` is kept and given back. */
export function takeSnapshot(system: System, note: unknown = null): Uint8Array {
  system.harts.park();
  forgetObservers(system);
  const header = headerOf(system, note);
  const frames = fullFrames(system);
  forgetObservers(system);
  return encodeSnapshot(header, frames, (frame) => system.memory.bytes(frame * PAGE_SIZE, PAGE_SIZE));
}

/** What a snapshot says of the machine that it was taken of. */
export type SnapshotFacts = Pick<
  SnapshotHeader,
  'profile' | 'structure' | 'scheduler' | 'harts' | 'memory' | 'modelTranslation' | 'outside' | 'note'
>;

/** Throws SnapshotError. */
export function factsOf(bytes: Uint8Array): SnapshotFacts {
  return headerIn(bytes);
}

/** What `takeSnapshot` was given to keep. Throws SnapshotError. */
export function noteOf(bytes: Uint8Array): unknown {
  return headerIn(bytes).note;
}

function checkMachine(header: SnapshotHeader, parts: SystemParts): void {
  const wanted: readonly (readonly [string, unknown, unknown])[] = [
    ['record layout', header.layout, layoutOf(parts)],
    ['profile', header.profile, parts.profile.name],
    ['structure', header.structure, parts.structure.name],
    ['scheduler', header.scheduler, parts.scheduler ?? 'rr'],
    ['number of harts', header.harts, parts.harts],
    ['size of memory', header.memory, parts.memory],
    ['model of translation', header.modelTranslation, parts.modelTranslation],
  ];
  for (const [what, was, is] of wanted)
    if (was !== is) throw new SnapshotError(`its ${what} was ${was}, this machine's is ${is}`);
}

function checkFiles(header: SnapshotHeader, parts: SystemParts): void {
  outsiders(parts).forEach(({ fingerprint, description }, index) => {
    if (header.fingerprints[index] !== fingerprint)
      throw new SnapshotError(`${description} is not what it was when the snapshot was taken`);
  });
}

/** A machine that goes on where the snapshot was taken. Throws SnapshotError when it does not fit. */
export function resumeSnapshot(bytes: Uint8Array, parts: SystemParts): System {
  const header = headerIn(bytes);
  checkMachine(header, parts);
  checkFiles(header, parts);
  return restore(bytes, header, parts, (memory, layout) => {
    const flaw = flawOf(memory, layout, parts.structure.domains.length, parts.harts);
    if (flaw !== undefined) throw new SnapshotError(`its memory holds no such machine: ${flaw}`);
  });
}

/**
 * A machine to be looked at, not to be run: the files that were mounted need not be there, and the kernel's records may be
 * destroyed. Throws SnapshotError when the snapshot does not fit.
 */
export function openSnapshot(bytes: Uint8Array, parts: SystemParts): System {
  const header = headerIn(bytes);
  checkMachine(header, parts);
  return restore(bytes, header, parts, () => undefined);
}

function restore(
  bytes: Uint8Array,
  header: SnapshotHeader,
  parts: SystemParts,
  check: (memory: PhysicalMemory, layout: KernelLayout) => void,
): System {
  const system = System.resume(parts, (memory, layout) => {
    for (const [frame, page] of pagesIn(bytes, parts.memory)) memory.store(frame * PAGE_SIZE, page);
    check(memory, layout);
  });
  system.processor.reservation = header.reservation;
  return system;
}
