/** /proc/N/cmdline, environ and auxv: bytes of the process's own memory, as they are now. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { type OutcomeNumber, type Span, SpanRight } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from '../../services/memory/interface.ts';
import type { ProcessView } from '../state.ts';
import { contents } from './interface.ts';
import { leave, visit, visited } from './visit.ts';

interface BytesFrame {
  readonly id: number;
  readonly which: number;
  readonly offset: number;
  readonly into: Span;
  page: number;
  visited: number;
  moved: number;
}

/** First and last address of what is wanted. */
function bounds(process: ProcessView, which: number): readonly [number, number] {
  if (which === 0) return [process.argumentStart, process.argumentEnd];
  if (which === 1) return [process.environmentStart, process.environmentEnd];
  return [process.auxiliaryStart, process.auxiliaryStart + process.auxiliaryLength];
}

function finish(k: Kernel, f: BytesFrame): OutcomeNumber {
  leave(k, f.visited);
  k.frames.release(f.page / PAGE_SIZE);
  return k.done(f.moved);
}

/** The bytes wanted next, in the process's space; undefined when there are no more. */
function rest(k: Kernel, f: BytesFrame): Span | undefined {
  const process = visited(k, f.visited);
  if (process.space === 0) return undefined;
  const [first, last] = bounds(process, f.which);
  const start = first + f.offset + f.moved;
  const length = Math.min(last - start, f.into.length - f.moved, PAGE_SIZE);
  return length > 0 ? { space: process.space, start, length, rights: SpanRight.read } : undefined;
}

const ownBytes = operation(contents.ownBytes, ['page', 'visited', 'moved'], {
  begin(k, f) {
    f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    const process = visit(k, f.id);
    if (process === undefined) {
      // Nothing is left of one that has ended.
      k.frames.release(f.page / PAGE_SIZE);
      return k.done(0);
    }
    f.visited = process.address;
    return k.goto('move');
  },
  move(k, f) {
    const span = rest(k, f);
    if (span === undefined) return finish(k, f);
    const present = k.fromSpan(span, 0, f.page, span.length);
    if (present > 0) {
      f.moved += k.toSpan(f.into, f.moved, f.page, present);
      return k.goto('move');
    }
    const { space, start: address, length } = span;
    return k.call(memory.supply, { space, address, length, access: Access.read }, 'supplied');
  },
  supplied(k, f, reply) {
    // What the program has unmapped since ends the text.
    return reply.error === 0 ? k.goto('move') : finish(k, f);
  },
});

export const stringOperations: readonly Operation[] = [ownBytes];
