/**
 * What a step needs from a disk before it can be taken.
 *
 * Functions over a disk's filesystem answer at once or with PENDING, having changed nothing and left a note of what they
 * want in the service's root. The step passes the note to the operation `fetch`, and is taken again.
 */
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { rootOf } from './records.ts';

/** Below every error number: nothing has happened, something must be brought. */
export const PENDING = -65_536;

export const Want = {
  /** A block of metadata of a volume. */
  block: 1,
  /** A page of a node. */
  page: 2,
  /** Room among a volume's buffers: changes are to be pushed. */
  push: 3,
  /** A buffer on its way to or from the block service. */
  arrival: 4,
} as const;

export const bringing = serviceInterface('files', {
  /** Brings what a Want names. EIO and EUCLEAN of pages; blocks that cannot be read say so when they are asked for again. */
  fetch: { kind: 'number', subject: 'number', index: 'number' },
});

/** Notes what is wanted. Returns PENDING. */
export function want(k: Kernel, kind: number, subject: number, index: number): number {
  const root = rootOf(k);
  root.wantKind = kind;
  root.wantSubject = subject;
  root.wantIndex = index;
  return PENDING;
}

/** Has brought what was noted in this very step; the step `then` receives the reply. */
export function bring(k: Kernel, then: string): OutcomeNumber {
  const { wantKind: kind, wantSubject: subject, wantIndex: index } = rootOf(k);
  return k.call(bringing.fetch, { kind, subject, index }, then);
}
