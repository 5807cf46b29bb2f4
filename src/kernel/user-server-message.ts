/**
 * What a server's program is handed of a request, and hands back: the layout that programs/servers/include/server.h declares.
 *
 * A request is its operation's number, the instant, whom it is for, and its fields: a number is one word, a handle the
 * program's own pointer, a span its field's place and its length. Words are 64 bits; numbers beyond them are their limits.
 * The gate has charged the fields; the identity is copied beside them.
 */
import { Primitive } from '../contracts/accounting.ts';
import { Access } from '../contracts/machine.ts';
import type { Span } from '../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { Credentials, Domain } from './objects.ts';
import type { AnyFrame, FrameField } from './operation.ts';
import { locateIn, pointerOf, WildServer } from './user-servers.ts';

const NANOSECONDS = 1_000_000_000;
const HALF = 2 ** 32;
/** The largest number that travels: every limit beyond it means 'none'. */
const LARGEST = 2 ** 53;
const MOST_GROUPS = 32;

/** Byte offsets in struct request. */
const Offset = { operation: 0, seconds: 8, nanoseconds: 16, identity: 24, groups: 48, fields: 176 } as const;
export const MESSAGE_BYTES = 512;

/** Numbers of the handed values in struct request's identity, each of 32 bits. */
function identityOf(k: Kernel): { readonly words: readonly number[]; readonly groups: readonly number[] } {
  const { domain } = k.threads.observe(k.thread);
  const { credentials } = Domain.at(k.meter.observer, domain);
  // A domain of the structure's plan acts for itself, as user 0.
  if (credentials === 0) return { words: [0, 0, 0, 0, 1, 0], groups: [] };
  const who = Credentials.at(k.meter.observer, credentials);
  const count = Math.min(MOST_GROUPS, who.groupCount);
  const start = who.groups / 4;
  const groups = Array.from(k.meter.observer.u32.subarray(start, start + count));
  return {
    words: [who.filesystemUser, who.filesystemGroup, who.user, who.group, 0, count],
    groups,
  };
}

function writeWord(k: Kernel, at: PhysicalAddress, value: number): void {
  const bounded = Math.max(-LARGEST, Math.min(LARGEST, value));
  k.memory.write32(at, bounded >>> 0);
  k.memory.write32(at + 4, Math.floor(bounded / HALF) >>> 0);
}

export function readWord(k: Kernel, at: PhysicalAddress): number {
  const { u32 } = k.memory;
  return ((u32[(at >>> 2) + 1] as number) | 0) * HALF + (u32[at >>> 2] as number);
}

/** Where a message lies: on one page. */
export function messageAt(k: Kernel, address: number): PhysicalAddress {
  if (address % 8 !== 0 || (address % PAGE_SIZE) + MESSAGE_BYTES > PAGE_SIZE)
    throw new WildServer(`it wants a request at 0x${address.toString(16)}, where none fits`);
  return locateIn(k, k.domain, address, Access.write);
}

/** Puts the request at hand where the executing server waits for it. */
export function writeMessage(
  k: Kernel,
  at: PhysicalAddress,
  number: number,
  epoch: number,
  fields: readonly FrameField[],
  frame: AnyFrame,
): void {
  const { now, hertz, domain } = k;
  const whole = Math.floor(now / hertz);
  writeWord(k, at + Offset.operation, number);
  writeWord(k, at + Offset.seconds, epoch + whole);
  writeWord(k, at + Offset.nanoseconds, Math.floor(((now - whole * hertz) * NANOSECONDS) / hertz));
  const { words, groups } = identityOf(k);
  words.forEach((word, index) => {
    k.memory.write32(at + Offset.identity + index * 4, word);
  });
  groups.forEach((group, index) => {
    k.memory.write32(at + Offset.groups + index * 4, group);
  });
  k.meter.charge(Primitive.wordCopied, 3 + Math.ceil((words.length + groups.length) / 2));
  let to = at + Offset.fields;
  fields.forEach(({ name, kind }, index) => {
    const value = frame[name];
    if (kind === 'span') {
      writeWord(k, to, index);
      writeWord(k, to + 8, (value as Span).length);
      to += 16;
      return;
    }
    writeWord(k, to, kind === 'handle' ? pointerOf(k, domain, value as number) : (value as number));
    to += 8;
  });
}
