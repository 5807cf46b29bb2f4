/**
 * Files for what is swapped out: without a name, on the first disk that may be written, or in memory where there is none.
 */
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind } from './attributes.ts';
import { formatOf } from './format.ts';
import { files, MountFlag, swapFiles } from './interface.ts';
import { makeWithin } from './making.ts';
import { forget, hold } from './nodes.ts';
import { bring, PENDING } from './pending.ts';
import { mountAt, rootOf } from './records.ts';
import type { FilesWiring } from './wiring.ts';

const OWNER_ONLY = 0o600;

/** The top directory of the first disk that may be written; 0 when there is none. */
function diskDirectory(k: Kernel, w: FilesWiring): PhysicalAddress {
  if (k.serviceRoot('files') === 0) return 0;
  for (let at = rootOf(k).firstMount; at !== 0; at = mountAt(k, at).next) {
    const { flags, kind, root } = mountAt(k, at);
    if ((flags & MountFlag.readOnly) === 0 && w.formats[kind]?.onDisk === true) return root;
  }
  return 0;
}

function inMemory(k: Kernel): OutcomeNumber {
  return k.call(files.createUnnamed, { mode: OWNER_ONLY }, 'made');
}

function onDisk(k: Kernel, w: FilesWiring, directory: PhysicalAddress): OutcomeNumber {
  const made = makeWithin(k, w, directory, FileKind.regular | OWNER_ONLY);
  const unnamed = { start: 0, length: 0 };
  const refused =
    made < 0 ? made : formatOf(k, w, directory).create(k, w, { directory, name: unnamed, node: made });
  if (refused >= 0) return k.done(hold(k, made), 1);
  if (made > 0) forget(k, made);
  // A disk that is full, or fails: memory is there still.
  return refused === PENDING ? bring(k, 'again') : inMemory(k);
}

export function swapFileOperation(w: FilesWiring): Operation {
  return operation(swapFiles.createSwapFile, [], {
    begin(k) {
      const directory = diskDirectory(k, w);
      return directory === 0 ? inMemory(k) : onDisk(k, w, directory);
    },
    again: (k, _f, reply) => (reply.error === 0 ? k.goto('begin') : inMemory(k)),
    made: (k, _f, reply) => (reply.error === 0 ? k.done(reply.value, 0) : k.fail(reply.error)),
  });
}
