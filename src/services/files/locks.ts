/**
 * Locks on files: POSIX record locks, by owner and range, and flock's, by open file and whole.
 *
 * The two kinds do not see each other, as on Linux. A file's locks are a list in no order; ranges are half open, and NEVER
 * is the end of a lock that reaches beyond any size. Taking a range replaces whatever the same owner held there.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Lock, LockWait, nodeAt, rootOf } from './records.ts';
import { allocateRecord } from './storage.ts';

export const LockKind = { read: 0, write: 1, unlock: 2 } as const;

/** What is asked for. */
export interface LockRequest {
  readonly node: number;
  readonly owner: number;
  readonly kind: number;
  readonly start: number;
  /** 0 is 'to the end of any file'. */
  readonly length: number;
  readonly process: number;
  readonly whole: number;
}

function endOf(request: { start: number; length: number }): number {
  return request.length === 0 ? NEVER : request.start + request.length;
}

/** The lock that stands in the way of a request and starts first, or 0. */
export function findConflict(k: Kernel, request: Omit<LockRequest, 'process'>): PhysicalAddress {
  const end = endOf(request);
  let found = 0;
  let earliest = NEVER;
  for (let at = nodeAt(k, request.node).firstLock; at !== 0; ) {
    const lock = Lock.at(k.store, at);
    const { start, next } = lock;
    const shares = request.kind === LockKind.read && lock.kind === LockKind.read;
    const other = lock.whole === request.whole && lock.owner !== request.owner;
    if (other && !shares && start < end && request.start < lock.end && start < earliest) {
      earliest = start;
      found = at;
    }
    at = next;
  }
  return found;
}

/** Puts a lock into a file's list. */
function link(k: Kernel, node: PhysicalAddress, address: PhysicalAddress): void {
  const view = nodeAt(k, node);
  Lock.at(k.store, address).next = view.firstLock;
  view.firstLock = address;
}

function fill(
  k: Kernel,
  address: PhysicalAddress,
  request: LockRequest,
  kind: number,
  start: number,
  end: number,
): void {
  const lock = Lock.at(k.store, address);
  lock.kind = kind;
  lock.whole = request.whole;
  lock.owner = request.owner;
  lock.process = request.process;
  lock.start = start;
  lock.end = end;
  link(k, request.node, address);
}

/** A range that grows as the owner's neighbouring locks of the same kind are joined to it. */
interface Range {
  start: number;
  end: number;
}

/** Gives the owner the range as asked and nothing else of its own there. Returns 0, or ENOLCK negative with nothing changed. */
export function applyLock(k: Kernel, request: LockRequest): number {
  const fresh = allocateRecord(k, Lock.size);
  const spare = allocateRecord(k, Lock.size);
  if (fresh === 0 || spare === 0) {
    if (fresh !== 0) k.slab.release(fresh);
    if (spare !== 0) k.slab.release(spare);
    return -ErrorNumber.ENOLCK;
  }
  const range = { start: request.start, end: endOf(request) };
  if (!replaceOwn(k, request, range, spare)) k.slab.release(spare);
  if (request.kind === LockKind.unlock) k.slab.release(fresh);
  else fill(k, fresh, request, request.kind, range.start, range.end);
  return 0;
}

/** Joins and cuts what the owner holds around a range. Returns whether `spare` has been used. */
function replaceOwn(k: Kernel, request: LockRequest, range: Range, spare: PhysicalAddress): boolean {
  let used = false;
  for (let at = nodeAt(k, request.node).firstLock; at !== 0; ) {
    const lock = Lock.at(k.store, at);
    const { next, start, end } = lock;
    const mine = lock.whole === request.whole && lock.owner === request.owner;
    const same = lock.kind === request.kind;
    if (mine && same && start <= range.end && range.start <= end) {
      range.start = Math.min(start, range.start);
      range.end = Math.max(end, range.end);
      unlink(k, request.node, at);
    } else if (mine && !same && start < range.end && range.start < end)
      // Only a lock around the whole range leaves two parts, and there is one such at most.
      used = cut(k, request, at, range.start, range.end, spare) || used;
    at = next;
  }
  return used;
}

/** Takes a range out of a lock. Returns true when `spare` has become the part behind it. */
function cut(
  k: Kernel,
  request: LockRequest,
  at: PhysicalAddress,
  start: number,
  end: number,
  spare: PhysicalAddress,
): boolean {
  const lock = Lock.at(k.store, at);
  const before = lock.start < start;
  const behind = lock.end > end;
  if (before && behind) {
    fill(k, spare, request, lock.kind, end, lock.end);
    lock.end = start;
    return true;
  }
  if (before) lock.end = start;
  else if (behind) lock.start = end;
  else unlink(k, request.node, at);
  return false;
}

function unlink(k: Kernel, node: PhysicalAddress, address: PhysicalAddress): void {
  const view = nodeAt(k, node);
  const { next } = Lock.at(k.store, address);
  if (view.firstLock === address) view.firstLock = next;
  else {
    let at = view.firstLock;
    while (Lock.at(k.store, at).next !== address) at = Lock.at(k.store, at).next;
    Lock.at(k.store, at).next = next;
  }
  k.slab.release(address);
}

/** Would an owner that waits for `blocker` close a circle of owners that wait for each other? */
export function closesCircle(k: Kernel, owner: number, blocker: number): boolean {
  let at = blocker;
  // Each turn follows one waiting owner; a circle that does not come back to `owner` is somebody else's.
  for (let turns = 0; turns < 256; turns++) {
    if (at === owner) return true;
    const wait = waitOf(k, at);
    if (wait === 0) return false;
    at = LockWait.at(k.store, wait).blocker;
  }
  return false;
}

function waitOf(k: Kernel, owner: number): PhysicalAddress {
  for (let at = rootOf(k).firstLockWait; at !== 0; ) {
    const wait = LockWait.at(k.store, at);
    if (wait.owner === owner) return at;
    at = wait.next;
  }
  return 0;
}

/** Notes that an owner waits for another. The note, or 0 when there is no memory. */
export function noteWait(k: Kernel, owner: number, blocker: number): PhysicalAddress {
  const address = allocateRecord(k, LockWait.size);
  if (address === 0) return 0;
  const wait = LockWait.at(k.store, address);
  const root = rootOf(k);
  wait.owner = owner;
  wait.blocker = blocker;
  wait.thread = k.thread;
  wait.next = root.firstLockWait;
  root.firstLockWait = address;
  return address;
}

export function dropWait(k: Kernel, address: PhysicalAddress): void {
  const root = rootOf(k);
  const { next } = LockWait.at(k.store, address);
  if (root.firstLockWait === address) root.firstLockWait = next;
  else {
    let at = root.firstLockWait;
    while (LockWait.at(k.store, at).next !== address) at = LockWait.at(k.store, at).next;
    LockWait.at(k.store, at).next = next;
  }
  k.slab.release(address);
}

/** Drops all locks of an owner. Returns whether there were any. */
export function dropLocks(k: Kernel, node: PhysicalAddress, owner: number, whole: number): boolean {
  let dropped = false;
  for (let at = nodeAt(k, node).firstLock; at !== 0; ) {
    const lock = Lock.at(k.store, at);
    const { next } = lock;
    if (lock.whole === whole && lock.owner === owner) {
      unlink(k, node, at);
      dropped = true;
    }
    at = next;
  }
  return dropped;
}
