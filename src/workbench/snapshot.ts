/**
 * Snapshots: a machine's whole state as bytes, and back.
 *
 *   8 bytes   'PKSNAP' and the format's version as two digits
 *   4 bytes   length of the header, little-endian; then the header as JSON
 *   then      for each frame that is not all zero: its number (4 bytes) and its 4,096 bytes
 *
 * State is memory, the reservation of the active hart, and nothing else. How far the outside was is in the header too: of input
 * in a file, a resumed machine gets what follows. What the machine is made of (profile, structure,
 * sizes) and what was mounted (fingerprints) stand in the header, so that a snapshot is not put on another machine.
 */
import { PAGE_SIZE } from '../contracts/units.ts';
import { LAYOUT_VERSION } from '../kernel/layout.ts';
import { TerminalRoot } from '../services/terminal/records.ts';
import { forgetObservers, usedFrames } from './memory-hash.ts';
import { System, type SystemParts } from './system.ts';

const MAGIC = 'PKSNAP01';
const NUMBER_BYTES = 4;

/** Why a snapshot cannot be used. The message says what does not fit. */
export class SnapshotError extends Error {}

/** What the outside world must know to go on where it was. */
export interface OutsideProgress {
  readonly input: number;
  readonly seconds: number;
}

interface Header {
  readonly layout: string;
  readonly profile: string;
  readonly structure: string;
  readonly scheduler: string;
  readonly harts: number;
  readonly memory: number;
  readonly modelTranslation: boolean;
  readonly fingerprints: readonly string[];
  readonly reservation: readonly [number, number];
  readonly prices: readonly number[];
  /** How far the machine had come in what the outside gives: bytes of console input taken, and seconds of its clock. */
  readonly outside: OutsideProgress;
  /** What the caller wants to find again: the options of its command line. */
  readonly note: unknown;
}

/** What of the outside a machine stands on: its trees, then its disks. */
function outsiders({ world }: SystemParts): readonly { fingerprint: string; description: string }[] {
  return [...world.layers, ...(world.disks ?? [])];
}

function headerOf(system: System, note: unknown): Header {
  const { parts } = system;
  return {
    layout: LAYOUT_VERSION,
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
  const header = new TextEncoder().encode(JSON.stringify(headerOf(system, note)));
  const frames = fullFrames(system);
  forgetObservers(system);
  const start = MAGIC.length + NUMBER_BYTES + header.length;
  const bytes = new Uint8Array(start + frames.length * (NUMBER_BYTES + PAGE_SIZE));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(MAGIC.length, header.length, true);
  bytes.set(header, MAGIC.length + NUMBER_BYTES);
  let at = start;
  for (const frame of frames) {
    view.setUint32(at, frame, true);
    bytes.set(system.memory.bytes(frame * PAGE_SIZE, PAGE_SIZE), at + NUMBER_BYTES);
    at += NUMBER_BYTES + PAGE_SIZE;
  }
  return bytes;
}

function parseHeader(bytes: Uint8Array): { header: Header; start: number } {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) throw new SnapshotError('it is not a snapshot of this version of polykernel');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < MAGIC.length + NUMBER_BYTES) throw new SnapshotError('it ends before its header');
  const length = view.getUint32(MAGIC.length, true);
  const start = MAGIC.length + NUMBER_BYTES + length;
  if (start > bytes.length) throw new SnapshotError('it ends within its header');
  if ((bytes.length - start) % (NUMBER_BYTES + PAGE_SIZE) !== 0)
    throw new SnapshotError('it ends within a page');
  try {
    const text = new TextDecoder().decode(bytes.subarray(MAGIC.length + NUMBER_BYTES, start));
    return { header: JSON.parse(text) as Header, start };
  } catch {
    throw new SnapshotError('its header is damaged');
  }
}

/** What a snapshot says of the machine that it was taken of. */
export type SnapshotFacts = Pick<
  Header,
  'profile' | 'structure' | 'scheduler' | 'harts' | 'memory' | 'modelTranslation' | 'outside' | 'note'
>;

/** Throws SnapshotError. */
export function factsOf(bytes: Uint8Array): SnapshotFacts {
  return parseHeader(bytes).header;
}

/** What `takeSnapshot` was given to keep. Throws SnapshotError. */
export function noteOf(bytes: Uint8Array): unknown {
  return parseHeader(bytes).header.note;
}

function checkMachine(header: Header, parts: SystemParts): void {
  const wanted: readonly (readonly [string, unknown, unknown])[] = [
    ['record layout', header.layout, LAYOUT_VERSION],
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

function checkFiles(header: Header, parts: SystemParts): void {
  outsiders(parts).forEach(({ fingerprint, description }, index) => {
    if (header.fingerprints[index] !== fingerprint)
      throw new SnapshotError(`${description} is not what it was when the snapshot was taken`);
  });
}

/** A machine that goes on where the snapshot was taken. Throws SnapshotError when it does not fit. */
export function resumeSnapshot(bytes: Uint8Array, parts: SystemParts): System {
  const { header, start } = parseHeader(bytes);
  checkMachine(header, parts);
  checkFiles(header, parts);
  return restore(bytes, header, start, parts);
}

/**
 * A machine to be looked at, not to be run: the files that were mounted need not be there. Throws SnapshotError when the
 * snapshot does not fit.
 */
export function openSnapshot(bytes: Uint8Array, parts: SystemParts): System {
  const { header, start } = parseHeader(bytes);
  checkMachine(header, parts);
  return restore(bytes, header, start, parts);
}

function restore(bytes: Uint8Array, header: Header, start: number, parts: SystemParts): System {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames = parts.memory / PAGE_SIZE;
  const system = System.resume(parts, (memory) => {
    for (let at = start; at < bytes.length; at += NUMBER_BYTES + PAGE_SIZE) {
      const frame = view.getUint32(at, true);
      if (frame >= frames) throw new SnapshotError(`it has a frame ${frame} beyond the end of memory`);
      memory.store(frame * PAGE_SIZE, bytes.subarray(at + NUMBER_BYTES, at + NUMBER_BYTES + PAGE_SIZE));
    }
  });
  system.processor.reservation = header.reservation;
  return system;
}
