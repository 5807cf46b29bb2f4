/** Texts that are made in one step, once the facts that they need are gathered. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse, KernelRoot } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MemoryFigures } from '../../services/memory/figures.ts';
import { memory } from '../../services/memory/interface.ts';
import { ProcessFigures } from '../../services/processes/figures.ts';
import { processes } from '../../services/processes/interface.ts';
import { TerminalRequest, terminal } from '../../services/terminal/interface.ts';
import { ownSpan } from '../state.ts';
import { Need, type TextContent } from './definitions.ts';
import { Facts, Gathered, USES } from './facts.ts';
import { contents } from './interface.ts';
import { subjectOf } from './subject.ts';
import { bytesOf } from './text/format.ts';
import { leave, visit, visited } from './visit.ts';

const R = TerminalRequest;
/** The terminal service's streams. */
const STREAMS = 3;

/** Records of frames counted in one step. */
const PORTION = 2048;

/** Counts frames by use from a frame on; returns where to go on, or 0 at the end of those ever used. */
function countFrames(k: Kernel, page: number, from: number): number {
  const { firstFrame, untouched } = KernelRoot.at(k.store, k.rootAddress);
  const start = Math.max(from, firstFrame);
  const end = Math.min(start + PORTION, untouched);
  const counts = (page + Gathered.offsets.frames) >>> 2;
  for (let frame = start; frame < end; frame++) {
    const use = k.frames.at(frame).use % USES;
    (k.memory.u32[counts + use] as number) += 1;
  }
  return end < untouched ? end : 0;
}

const gather = operation(contents.gatherFacts, ['frame', 'visited', 'stream'], {
  begin(k, f) {
    if ((f.needs & Need.process) === 0) return k.goto('memory');
    const into = ownSpan(f.page + Gathered.offsets.process, ProcessFigures.size);
    return k.call(processes.figures, { id: f.id, into }, 'process');
  },
  process(k, _f, reply) {
    return reply.error === 0 ? k.goto('memory') : k.fail(reply.error);
  },
  memory(k, f) {
    const process = (f.needs & Need.memory) === 0 ? undefined : visit(k, f.id);
    if (process === undefined) return k.goto('frames');
    f.visited = process.address;
    const { space } = process;
    if (space === 0) return k.goto('remembered');
    const into = ownSpan(f.page + Gathered.offsets.memory, MemoryFigures.size);
    return k.call(memory.figures, { space, into }, 'remembered');
  },
  remembered(k, f, reply) {
    const { space } = visited(k, f.visited);
    leave(k, f.visited);
    if (space === 0) return k.goto('frames');
    if (reply.error !== 0) return k.fail(reply.error);
    Gathered.at(k.store, f.page).hasMemory = 1;
    return k.goto('frames');
  },
  frames(k, f) {
    if ((f.needs & Need.frames) === 0) return k.goto('terminal');
    f.frame = countFrames(k, f.page, f.frame);
    return k.goto(f.frame === 0 ? 'terminal' : 'frames');
  },
  /** The terminal is whichever stream is one. */
  terminal(k, f) {
    if ((f.needs & Need.terminal) === 0 || f.stream === STREAMS) return k.done();
    const argument = ownSpan(f.page + Gathered.offsets.session, 4);
    return k.call(terminal.control, { stream: f.stream, request: R.TIOCGSID, argument }, 'session');
  },
  session(k, f, reply) {
    if (reply.error !== 0) {
      f.stream += 1;
      return k.goto('terminal');
    }
    const argument = ownSpan(f.page + Gathered.offsets.foreground, 4);
    return k.call(terminal.control, { stream: f.stream, request: R.TIOCGPGRP, argument }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

interface TextFrame {
  readonly into: {
    readonly space: number;
    readonly start: number;
    readonly length: number;
    readonly rights: number;
  };
  readonly offset: number;
  readonly page: number;
}

/** Hands over the part of a text that was asked for; the page of facts, no longer needed, carries it. */
function deliver(k: Kernel, f: TextFrame, text: string): OutcomeNumber {
  const bytes = bytesOf(text).subarray(f.offset, f.offset + Math.min(f.into.length, PAGE_SIZE));
  k.memory.store(f.page, bytes);
  k.examine(bytes.length);
  const moved = k.toSpan(f.into, 0, f.page, bytes.length);
  k.frames.release(f.page / PAGE_SIZE);
  return k.done(moved);
}

const text = operation(contents.proceedText, ['page'], {
  begin(k, f) {
    const content = subjectOf(k, f.tree, f.node)?.definition.content;
    if (typeof content !== 'object') return k.fail(ErrorNumber.ENOENT);
    f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    return k.call(contents.gatherFacts, { id: f.id, needs: content.needs, page: f.page }, 'gathered');
  },
  gathered(k, f, reply) {
    const content = subjectOf(k, f.tree, f.node)?.definition.content as TextContent | undefined;
    if (reply.error !== 0 || content === undefined) {
      k.frames.release(f.page / PAGE_SIZE);
      return k.fail(reply.error || ErrorNumber.ESRCH);
    }
    return deliver(k, f, content.text(new Facts(k, f.page, f.id, f.threadId)));
  },
});

export const textOperations: readonly Operation[] = [gather, text];
