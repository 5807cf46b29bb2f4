/** Pipes: their ends, what is in them, and who waits. */
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { Waiter, WaitQueue } from '../../kernel/objects.ts';
import { Pipe, PipeSlot } from '../../services/pipes/records.ts';
import { pipeName } from './descriptors.ts';
import type { Landmarks } from './landmarks.ts';
import { attempt, hexadecimal, isDamaged, listing, type Maybe, printable } from './look.ts';
import type { Scene } from './scene.ts';
import { count, indented } from './table.ts';

export interface InspectedPipe {
  readonly name: string;
  readonly readers: number;
  readonly writers: number;
  readonly bytes: number;
  /** Pages in use, and those that there is room for. */
  readonly pages: number;
  readonly capacity: number;
  /** The first bytes that a reader would get. */
  readonly beginning: Maybe<string>;
  readonly waitingReaders: readonly Maybe<string>[];
  readonly waitingWriters: readonly Maybe<string>[];
}

const SHOWN = 32;

function sleepers(scene: Scene, marks: Landmarks, queue: PhysicalAddress): Maybe<string>[] {
  const { look } = scene;
  const next = (at: PhysicalAddress) => look.view(Waiter, at).next;
  return listing(
    () => look.chain(look.view(WaitQueue, queue).first, 'sleepers', next),
    (at) => {
      const { thread } = look.view(Waiter, at);
      return marks.nameOf(thread) ?? `the thread at ${hexadecimal(thread)}`;
    },
  );
}

function beginningOf(scene: Scene, pipe: ReturnType<typeof Pipe.at>): string {
  if (pipe.used === 0) return '';
  const slot = scene.look.view(PipeSlot, pipe.ring + pipe.oldest * PipeSlot.size);
  const shown = Math.min(slot.length, SHOWN);
  const text = printable(scene.look.bytes(slot.frame * PAGE_SIZE + slot.offset, shown));
  return shown < pipe.bytes ? `${text}...` : text;
}

function pipeAt(scene: Scene, marks: Landmarks, address: PhysicalAddress): InspectedPipe {
  const pipe = scene.look.view(Pipe, address);
  return {
    name: pipeName(address),
    readers: pipe.readers,
    writers: pipe.writers,
    bytes: pipe.bytes,
    pages: pipe.used,
    capacity: pipe.slots,
    beginning: attempt(() => beginningOf(scene, pipe)),
    waitingReaders: sleepers(scene, marks, pipe.readQueue),
    waitingWriters: sleepers(scene, marks, pipe.writeQueue),
  };
}

export function inspectPipes(scene: Scene, marks: Landmarks): Maybe<InspectedPipe>[] {
  return listing(
    () => marks.pipes,
    (pipe) => pipeAt(scene, marks, pipe),
  );
}

const text = (value: Maybe<string>): string => (isDamaged(value) ? `damaged: ${value.damaged}` : value);

function waiting(what: string, names: readonly Maybe<string>[]): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.map(text).join(', ')}`];
}

export function pipeLines(pipes: readonly Maybe<InspectedPipe>[]): string[] {
  if (pipes.length === 0) return ['none is open'];
  return pipes.flatMap((pipe) => {
    if (isDamaged(pipe)) return [`damaged: ${pipe.damaged}`];
    const { name, readers, writers, bytes, pages, capacity, beginning } = pipe;
    const content =
      bytes === 0
        ? 'empty'
        : `${count(bytes)} bytes in ${pages} of ${capacity} pages, from "${text(beginning)}"`;
    return [
      `${name}: ${readers} read ends, ${writers} write ends; ${content}`,
      ...indented([
        ...waiting('waiting to read', pipe.waitingReaders),
        ...waiting('waiting to write', pipe.waitingWriters),
      ]),
    ];
  });
}
