/** write(2) on the console: bytes go through the terminal's post-processing, or as they are, and to the device at once. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { OutsideError } from '../../contracts/outside.ts';
import { type OutcomeNumber, type Span, WakeReason } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { terminal } from './interface.ts';
import { Output, outputStream } from './output.ts';
import { isTerminal, type RootView, rootOf, type TerminalWiring } from './wiring.ts';

/** Bytes of a program that one step sends. */
const PORTION = 2048;

interface WriteFrame {
  readonly stream: number;
  readonly from: Span;
  readonly wait: number;
  moved: number;
}

function finish(k: Kernel, frame: WriteFrame, error: number): OutcomeNumber {
  return frame.moved === 0 && error !== 0 ? k.fail(error) : k.done(frame.moved);
}

/** Sends bytes that lie in the staging frame. Returns the error of a host that refuses them, or 0. */
function send(k: Kernel, root: RootView, wiring: TerminalWiring, stream: 1 | 2, count: number): number {
  const output = new Output(k, root, wiring, stream);
  const { staging } = root;
  k.examine(count);
  try {
    output.putAll(staging, count);
    output.flush();
    return 0;
  } catch (error) {
    if (error instanceof OutsideError) return error.errorNumber;
    throw error;
  }
}

export function writeOperation(wiring: TerminalWiring): Operation {
  const advance = (k: Kernel, frame: WriteFrame): OutcomeNumber => {
    const root = rootOf(k);
    const { from, moved, stream } = frame;
    if (moved === from.length) return k.done(moved);
    const way = outputStream(root, stream);
    if (way === 0) return finish(k, frame, ErrorNumber.EIO);
    if (root.stopped === 1 && isTerminal(root, stream)) return whenStopped(k, frame, root);
    const wanted = Math.min(PORTION, from.length - moved);
    const came = k.fromSpan(from, moved, root.staging, wanted);
    if (came === 0) {
      const request = { space: from.space, address: from.start + moved, length: wanted, access: Access.read };
      return k.call(wiring.supply, request, 'supplied');
    }
    const error = send(k, root, wiring, way, came);
    if (error !== 0) return finish(k, frame, error);
    frame.moved = moved + came;
    return k.goto('advance');
  };
  return operation(terminal.write, ['moved'], {
    begin: advance,
    advance,
    supplied(k, frame, reply) {
      if (reply.error === 0 && reply.value > 0) return advance(k, frame);
      return finish(k, frame, reply.error === 0 ? ErrorNumber.EFAULT : reply.error);
    },
    woken(k, frame, reply) {
      if (reply.value === WakeReason.interrupted) return finish(k, frame, ErrorNumber.ERESTART);
      return advance(k, frame);
    },
  });
}

function whenStopped(k: Kernel, frame: WriteFrame, root: RootView): OutcomeNumber {
  if (frame.wait === 0) return finish(k, frame, ErrorNumber.EAGAIN);
  return k.wait([root.writeQueue], NEVER, 'woken');
}
