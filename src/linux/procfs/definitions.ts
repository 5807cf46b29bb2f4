/**
 * Entries of procfs and sysfs as data: name, mode, and what produces the content.
 *
 * A content is a text made in one step from facts gathered before, or a stream: an operation that emits what is between two
 * offsets. Entries never change at run time; directories whose entries do (processes, threads, descriptors) say which.
 */

import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind } from '../../services/files/attributes.ts';
import type { ProcessView, ThreadView } from '../state.ts';
import type { Facts } from './facts.ts';

/** What must be gathered before a text can be made. */
export const Need = {
  nothing: 0,
  /** ProcessFigures of the process. */
  process: 1,
  /** MemoryFigures of its space. */
  memory: 2,
  /** Frames counted by use. */
  frames: 4,
  /** The session that has the terminal, and its foreground process group. */
  terminal: 8,
} as const;

export interface TextContent {
  readonly needs: number;
  readonly text: (facts: Facts) => string;
}

/** Contents that are made in several steps, by name of their operation in streams.ts. */
export type StreamName =
  | 'maps'
  | 'smaps'
  | 'arguments'
  | 'environment'
  | 'auxiliary'
  | 'mounts'
  | 'mountInformation'
  | 'tcpSockets'
  | 'udpSockets'
  | 'localSockets'
  | 'links'
  | 'executable'
  | 'currentDirectory'
  | 'rootDirectory';

/** The process and thread that a file which is written to is about. */
export interface StoreTarget {
  readonly process: ProcessView;
  readonly thread: ThreadView;
}

/** Directories whose entries come and go. */
export type Listing = 'threads' | 'descriptors' | 'descriptorFacts' | 'processors';

export interface Definition {
  readonly name: string;
  /** FileKind and permission bits. */
  readonly mode: number;
  readonly content?: TextContent | StreamName;
  /** Only who may inspect the process may look: ptrace(2)'s rule for reading. */
  readonly guarded?: boolean;
  /** Takes what a program writes: 0 or an error number. */
  readonly store?: (k: Kernel, target: StoreTarget, text: string) => number;
  readonly children?: readonly Definition[];
  readonly listing?: Listing;
}

const READABLE = 0o444;
const OWNER_READABLE = 0o400;

/** A file with text that only needs the facts named. */
export function file(name: string, needs: number, text: TextContent['text'], mode = READABLE): Definition {
  return { name, mode: FileKind.regular | mode, content: { needs, text } };
}

/** A file whose content never changes. */
export function constant(name: string, text: string): Definition {
  return file(name, Need.nothing, () => text);
}

export function stream(name: string, content: StreamName, mode = READABLE): Definition {
  return { name, mode: FileKind.regular | mode, content };
}

/** A stream that only those may read who may inspect the process. */
export function guarded(name: string, content: StreamName, mode = OWNER_READABLE): Definition {
  return { ...stream(name, content, mode), guarded: true };
}

const WRITABLE = 0o644;

/** A file that may also be written. */
export function setting(
  name: string,
  needs: number,
  text: TextContent['text'],
  store: NonNullable<Definition['store']>,
): Definition {
  return { ...file(name, needs, text, WRITABLE), store };
}

export function link(name: string, text: TextContent['text']): Definition {
  return { name, mode: FileKind.symbolicLink | 0o777, content: { needs: Need.nothing, text } };
}

/** A link that leads to a node of a process, whatever its text says. */
export function jump(name: string, content: StreamName): Definition {
  return { name, mode: FileKind.symbolicLink | 0o777, content, guarded: true };
}

export function directory(name: string, children: readonly Definition[], listing?: Listing): Definition {
  return { name, mode: FileKind.directory | 0o555, children, ...(listing && { listing }) };
}

export function listed(name: string, listing: Listing, mode = 0o555): Definition {
  return { name, mode: FileKind.directory | mode, listing };
}
