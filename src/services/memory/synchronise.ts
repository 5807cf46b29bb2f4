/** msync: brings the files of shared mappings to where they last. Their pages are the mappings' own, so nothing is copied. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory, SynchroniseFlag } from './interface.ts';
import { RegionFlag } from './records.ts';
import { isAligned, pageUp, Space } from './space.ts';
import { isUserRange } from './unmap.ts';
import type { MemoryWiring } from './wiring.ts';

const KNOWN_FLAGS = SynchroniseFlag.asynchronous | SynchroniseFlag.invalidate | SynchroniseFlag.synchronous;
const BOTH = SynchroniseFlag.asynchronous | SynchroniseFlag.synchronous;

/** `cursor` is where to go on; `gap` is 1 once a hole was met. */
interface SynchroniseFrame {
  readonly space: number;
  readonly address: number;
  readonly length: number;
  readonly flags: number;
  cursor: number;
  gap: number;
}

/** What is wrong with a request: an ErrorNumber or 0. */
function flaw(f: SynchroniseFrame): number {
  if ((f.flags & ~KNOWN_FLAGS) !== 0 || (f.flags & BOTH) === BOTH) return ErrorNumber.EINVAL;
  if (!isAligned(f.address)) return ErrorNumber.EINVAL;
  return isUserRange(f.address, pageUp(f.length)) ? 0 : ErrorNumber.ENOMEM;
}

/** The file of a region that is to be brought to where it lasts, or 0. */
function fileToWrite(space: Space, region: number, flags: number): number {
  const view = space.region(region);
  if ((flags & SynchroniseFlag.synchronous) === 0 || view.backing === 0) return 0;
  if ((view.flags & RegionFlag.shared) === 0) return 0;
  const backing = space.backing(view.backing);
  return backing.unnamed === 1 ? 0 : backing.file;
}

function next(k: Kernel, f: SynchroniseFrame, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  if (space.mustWait) return space.wait('next');
  const end = f.address + pageUp(f.length);
  while (f.cursor < end) {
    const region = space.firstFrom(f.cursor);
    if (region === 0 || space.start(region) > f.cursor) f.gap = 1;
    if (region === 0 || space.start(region) >= end) break;
    const { flags } = space.region(region);
    if ((f.flags & SynchroniseFlag.invalidate) !== 0 && (flags & RegionFlag.locked) !== 0)
      return k.fail(ErrorNumber.EBUSY);
    f.cursor = space.region(region).end;
    const node = fileToWrite(space, region, f.flags);
    if (node !== 0) return k.call(wiring.backing.synchronise, { node }, 'written');
  }
  return f.gap === 1 ? k.fail(ErrorNumber.ENOMEM) : k.done();
}

export function synchroniseOperation(wiring: MemoryWiring): Operation {
  return operation(memory.synchronise, ['cursor', 'gap'], {
    begin(k, f) {
      const wrong = flaw(f);
      if (wrong !== 0) return k.fail(wrong);
      f.cursor = f.address;
      return next(k, f, wiring);
    },
    next: (k, f) => next(k, f, wiring),
    written: (k, f, reply) => (reply.error === 0 ? next(k, f, wiring) : k.fail(reply.error)),
  });
}
