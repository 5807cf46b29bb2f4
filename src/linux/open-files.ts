/** Open file descriptions: made, shared, and closed with their last hold. */
import { ErrorNumber } from '../contracts/errors.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import { files, OpenFlag } from '../services/files/interface.ts';
import { PipeEnd, pipes } from '../services/pipes/interface.ts';
import {
  CLOSE_ON_EXEC,
  createTable,
  destroyTable,
  flagsOf,
  install,
  lookUp,
  openFileAt,
  uninstall,
} from './descriptors.ts';
import { internal } from './internal.ts';
import { DescriptorTable, LinuxProcess, OpenFile, OpenKind } from './records.ts';

/** A description with one hold, or 0 when there is no memory. What it is open on is already held for it. */
export function createOpenFile(
  k: Kernel,
  on: { kind: number; node: number; object: number; end: number; flags: number },
): PhysicalAddress {
  const address = k.slab.allocate(k.domain, OpenFile.size);
  if (address === 0) return 0;
  const view = openFileAt(k, address);
  view.references = 1;
  view.kind = on.kind;
  view.node = on.node;
  view.object = on.object;
  view.end = on.end;
  view.flags = on.flags;
  return address;
}

/** The ends of a pipe that an access mode opens. */
export function pipeEnds(flags: number): number {
  const mode = flags & OpenFlag.accessMask;
  if (mode === OpenFlag.readOnly) return PipeEnd.read;
  return mode === OpenFlag.writeOnly ? PipeEnd.write : PipeEnd.read | PipeEnd.write;
}

const closeFile = operation(internal.closeFile, ['node'], {
  begin(k, f) {
    const file = openFileAt(k, f.file);
    file.references -= 1;
    if (file.references > 0) return k.done();
    const { kind, object, end, node } = file;
    f.node = node;
    k.slab.release(f.file);
    if (kind === OpenKind.pipe) return k.call(pipes.close, { pipe: object, end }, 'released');
    return k.goto('released');
  },
  released(k, f) {
    if (f.node === 0) return k.done();
    return k.call(files.release, { node: f.node }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

/** Descriptors looked at in one step. */
const PORTION = 256;

const closeAll = operation(internal.closeAll, ['next'], {
  begin(k, f) {
    const table = DescriptorTable.at(k.store, f.table);
    const stop = Math.min(table.end, f.next + PORTION);
    for (; f.next < stop; f.next += 1) {
      const descriptor = f.next;
      if (lookUp(k, f.table, descriptor) === 0) continue;
      if (f.marked !== 0 && (flagsOf(k, f.table, descriptor) & CLOSE_ON_EXEC) === 0) continue;
      return k.call(internal.closeFile, { file: uninstall(k, f.table, descriptor) }, 'begin');
    }
    if (f.next < table.end) return k.goto('begin');
    if (f.marked === 0) destroyTable(k, f.table);
    return k.done();
  },
});

/** Descriptors 0, 1 and 2, each on its stream of the console. */
const openConsole = operation(internal.openConsole, [], {
  begin(k, f) {
    const process = LinuxProcess.at(k.store, f.process);
    process.descriptors = createTable(k);
    if (process.descriptors === 0) return k.fail(ErrorNumber.ENOMEM);
    for (const stream of [0, 1, 2]) {
      const flags = stream === 0 ? OpenFlag.readOnly : OpenFlag.writeOnly;
      const file = createOpenFile(k, { kind: OpenKind.terminal, node: 0, object: stream, end: 0, flags });
      if (file === 0 || !install(k, process.descriptors, stream, file, 0)) return k.fail(ErrorNumber.ENOMEM);
    }
    return k.done();
  },
});

export const openFileOperations: readonly Operation[] = [closeFile, closeAll, openConsole];
