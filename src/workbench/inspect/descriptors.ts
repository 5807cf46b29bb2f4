/** What a process has open: its descriptors and the descriptions behind them. */
import type { ViewOf } from '../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { DeviceNumber } from '../../linux/devices.ts';
import { DescriptorTable, OpenFile, OpenKind } from '../../linux/records.ts';
import { PipeEnd } from '../../services/pipes/interface.ts';
import { pathOf } from './files.ts';
import { Damage, type Look, listing, type Maybe } from './look.ts';
import { openFlagNames, openKindName } from './names.ts';

export interface OpenDescriptor {
  readonly descriptor: number;
  /** What it is open on: a path, a pipe's end, the terminal. */
  readonly what: string;
  readonly access: string;
  readonly offset: number;
  readonly closedByExec: boolean;
  /** Descriptors, of this and other processes, that share its description. */
  readonly shared: number;
  /** The description's record. */
  readonly file: PhysicalAddress;
}

const ENTRY_BYTES = 8;
const CHUNK_ENTRIES = PAGE_SIZE / ENTRY_BYTES;

export function pipeName(pipe: PhysicalAddress): string {
  return `pipe:[${pipe}]`;
}

function pipeEndName(end: number): string {
  if (end === PipeEnd.read) return 'read end of ';
  return end === PipeEnd.write ? 'write end of ' : '';
}

function deviceName(device: number): string {
  return Object.entries(DeviceNumber).find(([, number]) => number === device)?.[0] ?? `device ${device}`;
}

/** What a description is open on. */
export function openName(look: Look, file: ViewOf<typeof OpenFile.schema>): string {
  const { kind, node, object, end } = file;
  switch (kind) {
    case OpenKind.node:
    case OpenKind.directory:
      return pathOf(look, node);
    case OpenKind.pipe:
      return `${pipeEndName(end)}${node === 0 ? pipeName(object) : `${pathOf(look, node)}, ${pipeName(object)}`}`;
    case OpenKind.terminal:
      return `console, stream ${object}`;
    case OpenKind.device:
      return node === 0 ? deviceName(object) : pathOf(look, node);
    case OpenKind.event:
      return 'event counter';
    default:
      return openKindName(kind);
  }
}

/** Descriptors of one process that are looked at. */
const MOST_SHOWN = 4096;

/** Physical addresses of the entries in use of a descriptor table, with their numbers. */
function* entries(
  look: Look,
  table: PhysicalAddress,
): Generator<{ descriptor: number; at: PhysicalAddress }> {
  const { chunks, end } = look.view(DescriptorTable, table);
  look.check(chunks, PAGE_SIZE, 'descriptor table');
  let found = 0;
  for (let chunk = 0; chunk < PAGE_SIZE / 4 && chunk * CHUNK_ENTRIES < end; chunk++) {
    const page = look.word(chunks + chunk * 4);
    if (page === 0) continue;
    look.check(page, PAGE_SIZE, 'descriptor table');
    for (let index = 0; index < CHUNK_ENTRIES; index++) {
      const at = page + index * ENTRY_BYTES;
      if (look.word(at) === 0) continue;
      if (++found > MOST_SHOWN) throw new Damage(`more than ${MOST_SHOWN} descriptors are in use`);
      yield { descriptor: chunk * CHUNK_ENTRIES + index, at };
    }
  }
}

/** The descriptors of a table, lowest first. */
export function descriptorsOf(look: Look, table: PhysicalAddress): Maybe<OpenDescriptor>[] {
  if (table === 0) return [];
  return listing(
    () => entries(look, table),
    ({ descriptor, at }) => {
      const file = look.view(OpenFile, look.word(at));
      return {
        descriptor,
        what: openName(look, file),
        access: openFlagNames(file.flags),
        offset: file.offset,
        closedByExec: (look.word(at + 4) & 1) !== 0,
        shared: file.references,
        file: file.address,
      };
    },
  );
}
