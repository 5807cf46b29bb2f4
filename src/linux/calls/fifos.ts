/**
 * FIFOs: which pipe stands behind a FIFO's node while anybody has it open or is opening it.
 *
 * The records hang on the personality's root. Each is changed within one step, and its pipe has an anchor, so that no pipe
 * goes away between being found here and being opened.
 */

import { ErrorNumber } from '../../contracts/errors.ts';
import type { ViewOf } from '../../contracts/records.ts';
import { serviceInterface } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind } from '../../services/files/attributes.ts';
import { files } from '../../services/files/interface.ts';
import { PipeEnd, pipes } from '../../services/pipes/interface.ts';
import { openFileAt } from '../descriptors.ts';
import { Fifo } from '../records.ts';
import { linuxRoot } from '../state.ts';

export const fifos = serviceInterface('linux', {
  /** Opens an end of a FIFO; waits for the other when `wait`. Value: its pipe. ENXIO, ENOMEM, ERESTART. */
  enterFifo: { node: 'number', end: 'number', wait: 'number' },
  /** A description that was open on the FIFO has closed its end of the pipe. */
  leaveFifo: { node: 'number' },
  /**
   * Gives the pipe behind a description, held by the caller, a node by which it can be opened anew like a FIFO. Value: the
   * node, held by the description. ENOMEM.
   */
  nameFifo: { file: 'number' },
  /** Undoes `enter`. */
  abandonFifo: { node: 'number', pipe: 'number', end: 'number' },
});

type FifoView = ViewOf<typeof Fifo.schema>;

function find(k: Kernel, node: PhysicalAddress): FifoView | undefined {
  for (let at = linuxRoot(k).fifos; at !== 0; ) {
    const fifo = Fifo.at(k.store, at);
    if (fifo.node === node) return fifo;
    at = fifo.next;
  }
  return undefined;
}

/** Counts a user in. False when the FIFO has no record yet. */
function join(k: Kernel, node: PhysicalAddress): boolean {
  const fifo = find(k, node);
  if (fifo === undefined) return false;
  fifo.users += 1;
  return true;
}

function add(k: Kernel, node: PhysicalAddress, pipe: number, unnamed: number): boolean {
  const address = k.slab.allocate(k.domain, Fifo.size);
  if (address === 0) return false;
  const root = linuxRoot(k);
  const fifo = Fifo.at(k.store, address);
  fifo.node = node;
  fifo.pipe = pipe;
  fifo.users = 1;
  fifo.unnamed = unnamed;
  fifo.next = root.fifos;
  root.fifos = address;
  return true;
}

/** Counts a user out. With the last one the record goes; the value is the pipe whose anchor is to be closed, or 0. */
function part(k: Kernel, node: PhysicalAddress): number {
  const fifo = find(k, node);
  if (fifo === undefined) throw new Error('a FIFO that is open has no record');
  fifo.users -= 1;
  if (fifo.users > 0) return 0;
  const { address, next, pipe } = fifo;
  const root = linuxRoot(k);
  if (root.fifos === address) root.fifos = next;
  else {
    let before = Fifo.at(k.store, root.fifos);
    while (before.next !== address) before = Fifo.at(k.store, before.next);
    before.next = next;
  }
  k.slab.release(address);
  return pipe;
}

const enter = operation(fifos.enterFifo, ['pipe', 'error'], {
  begin(k, f) {
    if (join(k, f.node)) return k.goto('open');
    return k.call(pipes.create, { capacity: 0 }, 'made');
  },
  made(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.pipe = reply.value;
    return k.call(pipes.open, { pipe: f.pipe, end: PipeEnd.anchor, wait: 0 }, 'anchored');
  },
  anchored(k, f) {
    // Another open may have been faster.
    const joined = join(k, f.node);
    if (!joined && add(k, f.node, f.pipe, 0)) return k.goto('open');
    f.error = joined ? 0 : ErrorNumber.ENOMEM;
    return k.call(pipes.close, { pipe: f.pipe, end: PipeEnd.anchor }, 'spare');
  },
  spare(k, f) {
    return f.error === 0 ? k.goto('open') : k.fail(f.error);
  },
  open(k, f) {
    const fifo = find(k, f.node);
    f.pipe = fifo?.pipe ?? 0;
    const wait = fifo?.unnamed === 1 ? 0 : f.wait;
    return k.call(pipes.open, { pipe: f.pipe, end: f.end, wait }, 'opened');
  },
  opened(k, f, reply) {
    if (reply.error === 0) return k.done(f.pipe);
    f.error = reply.error;
    return k.call(fifos.leaveFifo, { node: f.node }, 'failed');
  },
  failed(k, f) {
    return k.fail(f.error);
  },
});

const leave = operation(fifos.leaveFifo, [], {
  begin(k, f) {
    const pipe = part(k, f.node);
    if (pipe === 0) return k.done();
    return k.call(pipes.close, { pipe, end: PipeEnd.anchor }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

const abandon = operation(fifos.abandonFifo, [], {
  begin(k, f) {
    return k.call(pipes.close, { pipe: f.pipe, end: f.end }, 'closed');
  },
  closed(k, f) {
    return k.call(fifos.leaveFifo, { node: f.node }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

const UNNAMED_MODE = FileKind.fifo | 0o600;

const name = operation(fifos.nameFifo, ['node', 'named'], {
  begin(k, f) {
    const { node } = openFileAt(k, f.file);
    return node !== 0 ? k.done(node) : k.call(files.createUnnamed, { mode: UNNAMED_MODE }, 'made');
  },
  made(k, f, reply) {
    if (reply.error !== 0) return k.fail(ErrorNumber.ENOMEM);
    f.node = reply.value;
    const { object } = openFileAt(k, f.file);
    return k.call(pipes.open, { pipe: object, end: PipeEnd.anchor, wait: 0 }, 'anchored');
  },
  anchored(k, f) {
    const file = openFileAt(k, f.file);
    // Another thread may have been faster.
    if (file.node === 0 && add(k, f.node, file.object, 1)) {
      file.node = f.node;
      return k.done(f.node);
    }
    f.named = file.node;
    return k.call(pipes.close, { pipe: file.object, end: PipeEnd.anchor }, 'spare');
  },
  spare(k, f) {
    return k.call(files.release, { node: f.node }, 'finish');
  },
  finish(k, f) {
    return f.named !== 0 ? k.done(f.named) : k.fail(ErrorNumber.ENOMEM);
  },
});

export const fifoOperations: readonly Operation[] = [enter, leave, abandon, name];
