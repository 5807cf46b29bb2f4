/** From a node number of a supplied tree to what it is about. */
import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind } from '../../services/files/attributes.ts';
import { processById, threadById } from '../processes/directory.ts';
import { LinuxProcess } from '../records.ts';
import type { Definition } from './definitions.ts';
import { Area, numberOf, placeOf } from './numbers.ts';
import { fixedEntry, SuppliedTree, VARYING } from './tables.ts';

export interface Subject {
  readonly tree: number;
  readonly number: number;
  /** An Area. */
  readonly area: number;
  readonly definition: Definition;
  /** Number of the process and of the thread that it is about; 0 for none. */
  readonly process: number;
  readonly thread: number;
  /** A descriptor's number, or a hart's. */
  readonly object: number;
}

const DIRECTORY = FileKind.directory | 0o555;

/** The directory of a process, of a thread, of a processor. */
const OWN_DIRECTORIES: { readonly [area: number]: Definition } = {
  [Area.process]: { name: '', mode: DIRECTORY, children: VARYING.process },
  [Area.thread]: { name: '', mode: DIRECTORY, children: VARYING.thread },
  [Area.processor]: { name: '', mode: DIRECTORY, children: VARYING.processor },
};

const DESCRIPTOR_LINK: Definition = { name: '', mode: FileKind.symbolicLink, guarded: true };
const DESCRIPTOR_FACTS: Definition = { name: '', mode: FileKind.regular | 0o400, guarded: true };

function definitionOf(area: number, place: number): Definition | undefined {
  if (area === Area.descriptor) return DESCRIPTOR_LINK;
  if (area === Area.descriptorFacts) return DESCRIPTOR_FACTS;
  const own = OWN_DIRECTORIES[area];
  return place === 0 ? own : own?.children?.[place - 1];
}

/** Undefined for a number that stands for nothing, or for a thread that is gone. */
export function subjectOf(k: Kernel, tree: number, number: number): Subject | undefined {
  const { area, id, place } = placeOf(number);
  if (area === Area.fixed) {
    const fixed = fixedEntry(tree, place);
    if (fixed === undefined) return undefined;
    return { tree, number, area, definition: fixed.definition, process: 0, thread: 0, object: 0 };
  }
  const definition = definitionOf(area, place);
  if (definition === undefined) return undefined;
  const about = { tree, number, area, definition, thread: 0 };
  if (area === Area.processor) return { ...about, process: 0, object: id - 1 };
  if (area !== Area.thread) return { ...about, process: id, object: place };
  const thread = threadById(k, id);
  if (thread === undefined) return undefined;
  return { ...about, thread: id, process: LinuxProcess.at(k.store, thread.process).id, object: 0 };
}

/** The number of a directory's child by its place among the definition's children. */
export function childNumber(subject: Subject, index: number): number {
  const { tree, number, area, process, thread, object } = subject;
  if (area === Area.fixed) return fixedEntry(tree, number)?.children[index] ?? 0;
  const id = area === Area.thread ? thread : area === Area.processor ? object + 1 : process;
  return numberOf({ area: area as 1, id, place: index + 1 });
}

export function isProcessRoot({ tree, number }: Subject): boolean {
  return tree === SuppliedTree.procfs && number === 1;
}

/** The descriptor table of a process; 0 when it has none any more. */
export function tableOf(k: Kernel, process: number): number {
  return processById(k, process)?.descriptors ?? 0;
}
