/** `find`: the number of a name in a supplied directory. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Span } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation } from '../../kernel/operation.ts';
import { suppliedTree } from '../../services/files/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { lookUp } from '../descriptors.ts';
import { processById, threadById } from '../processes/directory.ts';
import { Area, numberOf, SHOWN_DESCRIPTORS } from './numbers.ts';
import { childNumber, isProcessRoot, type Subject, subjectOf, tableOf } from './subject.ts';
import { latin } from './text/format.ts';

const LONGEST_NAME = 64;
const LARGEST_ID = 32_768;
const PROCESSOR_NAME = /^cpu(0|[1-9]\d*)$/;

/** A decimal number without leading zeros, or -1. */
function decimal(text: string): number {
  return /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : -1;
}

/** The name in a span; undefined when there is no memory to bring it to, or it is longer than any name here. */
function nameIn(k: Kernel, name: Span): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const buffer = k.slab.allocate(k.domain, LONGEST_NAME);
  if (buffer === 0) return undefined;
  const moved = k.fromSpan(name, 0, buffer, name.length);
  const text = latin(k.memory.bytes(buffer, moved));
  k.examine(moved);
  k.slab.release(buffer);
  return text;
}

/** A number of a listing directory, 0 when the name is none of its entries. */
function listedNumber(k: Kernel, subject: Subject, name: string): number {
  const { process } = subject;
  const id = decimal(name);
  switch (subject.definition.listing) {
    case 'processors': {
      const hart = Number(PROCESSOR_NAME.exec(name)?.[1] ?? -1);
      if (hart < 0 || hart >= k.scheduling.hartCount) return 0;
      return numberOf({ area: Area.processor, id: hart + 1, place: 0 });
    }
    case 'threads': {
      const thread = id > 0 ? threadById(k, id) : undefined;
      if (thread === undefined || thread.process !== processById(k, process)?.address) return 0;
      return numberOf({ area: Area.thread, id, place: 0 });
    }
    case 'descriptors':
    case 'descriptorFacts': {
      const table = tableOf(k, process);
      if (id < 0 || id >= SHOWN_DESCRIPTORS || table === 0 || lookUp(k, table, id) === 0) return 0;
      const area = subject.definition.listing === 'descriptors' ? Area.descriptor : Area.descriptorFacts;
      return numberOf({ area, id: process, place: id });
    }
    default:
      return 0;
  }
}

export const find = operation(suppliedTree.find, ['id'], {
  begin(k, f) {
    const subject = subjectOf(k, f.tree, f.directory);
    const name = nameIn(k, f.name);
    if (subject === undefined || name === undefined) return k.fail(ErrorNumber.ENOENT);
    const place = subject.definition.children?.findIndex((child) => child.name === name) ?? -1;
    if (place >= 0) return k.done(childNumber(subject, place));
    f.id = decimal(name);
    if (isProcessRoot(subject) && f.id > 0 && f.id <= LARGEST_ID)
      return k.call(processes.numberFrom, { id: f.id }, 'process');
    const number = listedNumber(k, subject, name);
    return number === 0 ? k.fail(ErrorNumber.ENOENT) : k.done(number);
  },
  process(k, f, reply) {
    // A thread's directory is there by its number, though it is not listed.
    if (reply.value !== f.id)
      return threadById(k, f.id) === undefined
        ? k.fail(ErrorNumber.ENOENT)
        : k.done(numberOf({ area: Area.thread, id: f.id, place: 0 }));
    return k.done(numberOf({ area: Area.process, id: f.id, place: 0 }));
  },
});
