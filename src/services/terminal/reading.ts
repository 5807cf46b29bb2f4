/**
 * read(2) on the console. A terminal in canonical mode gives a line at a time; else VMIN and VTIME say how long a read lasts
 * (termios(3), 'Canonical and noncanonical mode'); a stream 0 that is no terminal gives what there is.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { type OutcomeNumber, type Span, WakeReason } from '../../contracts/service.ts';
import { type Cycles, NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { controlCharacter } from './editing.ts';
import { drainDevice, wakeReaders } from './input.ts';
import { terminal } from './interface.ts';
import { LineBuffer } from './line-buffer.ts';
import { isCanonical, isTerminal, type RootView, rootOf, type TerminalWiring } from './wiring.ts';

interface ReadFrame {
  readonly stream: number;
  readonly into: Span;
  readonly wait: number;
  moved: number;
  /** 1 once the timer of VTIME has run out. */
  late: number;
  /** VTIME: the read's or the next byte's deadline; 0 before one is set. */
  deadline: number;
}

/** How long a read goes on: until so many bytes are there, or for so many tenths of a second from its start or each byte. */
interface Patience {
  readonly least: number;
  readonly tenths: number;
}

function patienceOf(k: Kernel, root: RootView): Patience {
  if (!isTerminal(root, 0) || isCanonical(root)) return { least: 1, tenths: 0 };
  const { u8 } = k.memory;
  return { least: controlCharacter(u8, root, 'VMIN'), tenths: controlCharacter(u8, root, 'VTIME') };
}

/** What became of an attempt to move bytes: moved some, none are there, or a page is absent (its address). */
type Moved = { readonly missing: number } | { readonly count: number };

/** Moves one run of bytes that lie together, of one line in canonical mode. */
function moveRun(k: Kernel, frame: ReadFrame, root: RootView): Moved & { readonly whole?: boolean } {
  const buffer = new LineBuffer(k, root);
  const room = frame.into.length - frame.moved;
  const line = isCanonical(root);
  const next = line ? buffer.nextLine(room) : together(Math.min(room, buffer.available()));
  const { address, together: run } = buffer.place(root.tail);
  const count = Math.min(next.count, run);
  const went = k.toSpan(frame.into, frame.moved, address, count);
  if (went < count) return { missing: frame.into.start + frame.moved + went };
  const isLast = count === next.count;
  const used = isLast ? next.used : count;
  if (line && isLast && used > 0) buffer.mark(root.tail + used - 1, false);
  root.tail += used;
  frame.moved += count;
  return { count, whole: isLast };
}

function together(count: number): { count: number; used: number } {
  return { count, used: count };
}

/** Ends a read: bytes count, else the error. Room was made: what the device still holds may enter. */
function finish(k: Kernel, wiring: TerminalWiring, frame: ReadFrame, error: number): OutcomeNumber {
  const root = rootOf(k);
  if (drainDevice(k, root, wiring) > 0) wakeReaders(k, root);
  return frame.moved === 0 && error !== 0 ? k.fail(error) : k.done(frame.moved);
}

/** Nothing can be moved now: the read is over, or waits. */
function whenEmpty(k: Kernel, wiring: TerminalWiring, frame: ReadFrame, root: RootView): OutcomeNumber {
  const { least, tenths } = patienceOf(k, root);
  if (root.ended === 1 || frame.late === 1) return finish(k, wiring, frame, 0);
  if (frame.moved > 0 && frame.moved >= least) return finish(k, wiring, frame, 0);
  if (least === 0 && tenths === 0) return finish(k, wiring, frame, 0);
  if (frame.wait === 0) return finish(k, wiring, frame, ErrorNumber.EAGAIN);
  return k.wait([root.readQueue], deadlineOf(k, frame, least, tenths), 'woken');
}

/** With VMIN, VTIME counts from each byte and not before the first; without, from the start of the read. */
function deadlineOf(k: Kernel, frame: ReadFrame, least: number, tenths: number): Cycles {
  if (tenths === 0 || (least > 0 && frame.moved === 0)) return NEVER;
  if (frame.deadline === 0) frame.deadline = k.after(k.now, tenths / 10);
  return frame.deadline;
}

export function readOperation(wiring: TerminalWiring): Operation {
  const advance = (k: Kernel, frame: ReadFrame): OutcomeNumber => {
    const root = rootOf(k);
    const buffer = new LineBuffer(k, root);
    if (buffer.available() === 0) return whenEmpty(k, wiring, frame, root);
    const moved = moveRun(k, frame, root);
    if ('missing' in moved) return supply(k, frame, moved.missing);
    // A byte has come: the time for the next one begins.
    frame.deadline = 0;
    const line = isCanonical(root);
    if (frame.moved === frame.into.length || (line && moved.whole === true))
      return finish(k, wiring, frame, 0);
    return k.goto('advance');
  };
  const supply = (k: Kernel, frame: ReadFrame, address: number): OutcomeNumber => {
    const { space, start, length } = frame.into;
    const rest = start + length - address;
    return k.call(wiring.supply, { space, address, length: rest, access: Access.write }, 'supplied');
  };
  return operation(terminal.read, ['moved', 'late', 'deadline'], {
    begin(k, frame) {
      if (frame.into.length === 0) return k.done(0);
      const root = rootOf(k);
      const input = frame.stream === 0 || (isTerminal(root, frame.stream) && isTerminal(root, 0));
      return input ? advance(k, frame) : k.fail(ErrorNumber.EIO);
    },
    advance,
    supplied(k, frame, reply) {
      if (reply.error === 0 && reply.value > 0) return advance(k, frame);
      return finish(k, wiring, frame, reply.error === 0 ? ErrorNumber.EFAULT : reply.error);
    },
    woken(k, frame, reply) {
      if (reply.value === WakeReason.interrupted) return finish(k, wiring, frame, ErrorNumber.ERESTART);
      if (reply.value === WakeReason.deadline) frame.late = 1;
      return advance(k, frame);
    },
  });
}
