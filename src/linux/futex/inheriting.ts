/**
 * Locks with priority inheritance: FUTEX_LOCK_PI and its like (futex(2)). The word is 0, or the owner's number with bits beside
 * it; the kernel writes it whenever somebody waits. Who waits lends the owner its scheduling parameters (kernel/donation.ts).
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, WakeReason } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import { donorsOf, foremost, isRing, lend, passOn, reclaim } from '../../kernel/donation.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { threadById } from '../processes/directory.ts';
import { LinuxThread } from '../records.ts';
import { currentThread, type ThreadView } from '../state.ts';
import { bucketOf, type FutexKey, inheritingWaiters, SHARED_MARK, setWaitingFor } from './buckets.ts';
import { readWord, writeWord } from './words.ts';

/** Bits of a futex word (linux/futex.h). */
const WordBit = { waiters: 0x8000_0000, ownerDied: 0x4000_0000, owner: 0x3fff_ffff } as const;
/** Waits of this kind match no bit set: wakes of the usual kind leave them alone. */
const INHERITING_BITS = 0;

/** The frame of a call, as far as locks need it. */
export interface LockFrame {
  readonly address: number;
  readonly until: number;
}

/** What a step needs beside its frame: how it has the word's page brought. */
export interface LockSteps {
  readonly key: FutexKey;
  readonly supply: () => OutcomeNumber;
  readonly mayWait: boolean;
}

/** Takes the lock, or waits for it. */
export function takeLock(k: Kernel, f: LockFrame, { key, supply, mayWait }: LockSteps): OutcomeNumber {
  const word = readWord(k, f.address);
  if (word === undefined) return supply();
  const owner = word & WordBit.owner;
  const me = currentThread(k);
  if (owner === me.id) return k.fail(ErrorNumber.EDEADLK);
  const waiting = inheritingWaiters(k, key).length > 0 ? WordBit.waiters : 0;
  if (owner === 0) {
    const taken = ((word & WordBit.ownerDied) | waiting | me.id) >>> 0;
    return writeWord(k, f.address, taken) ? k.done() : supply();
  }
  if (!mayWait) return k.fail(ErrorNumber.EAGAIN);
  const holder = threadById(k, owner);
  if (holder === undefined) return k.fail(ErrorNumber.ESRCH);
  if (isRing(k, k.thread, holder.thread)) return k.fail(ErrorNumber.EDEADLK);
  if (!writeWord(k, f.address, (word | WordBit.waiters) >>> 0)) return supply();
  setWaitingFor(k, k.thread, key, INHERITING_BITS);
  k.mechanism();
  lend(k, k.thread, holder.thread);
  return k.wait([bucketOf(k, key)], f.until, 'locked');
}

/** A wait for a lock has ended: the caller has it when it was woken. */
export function concludeLock(k: Kernel, reason: number): OutcomeNumber {
  currentThread(k).futexAddress = -1;
  reclaim(k, k.thread);
  if (reason === WakeReason.woken) return k.done();
  return k.fail(reason === WakeReason.deadline ? ErrorNumber.ETIMEDOUT : ErrorNumber.ERESTART);
}

/** Gives the lock to whoever the policy favours most of those that wait, oldest first; or frees it. */
export function releaseLock(
  k: Kernel,
  f: LockFrame,
  key: FutexKey,
  supply: () => OutcomeNumber,
): OutcomeNumber {
  const word = readWord(k, f.address);
  if (word === undefined) return supply();
  if ((word & WordBit.owner) !== currentThread(k).id) return k.fail(ErrorNumber.EPERM);
  const sleepers = inheritingWaiters(k, key);
  const next = successor(k, sleepers);
  const left = next === undefined ? 0 : (sleepers.length > 1 ? WordBit.waiters : 0) | next.id;
  if (!writeWord(k, f.address, left >>> 0)) return supply();
  if (next !== undefined) handOn(k, sleepers, next);
  return k.done();
}

function successor(k: Kernel, sleepers: readonly PhysicalAddress[]): ThreadView | undefined {
  const chosen = foremost(
    k,
    sleepers.map((sleeper) => k.requesterOf(sleeper)),
  );
  return chosen === 0 ? undefined : LinuxThread.at(k.store, k.threads.at(chosen).personality);
}

/** Those that wait do so for the new owner from now on, which goes on. */
function handOn(k: Kernel, sleepers: readonly PhysicalAddress[], next: ThreadView): void {
  const waiters = sleepers.map((sleeper) => k.requesterOf(sleeper));
  k.mechanism();
  passOn(k, waiters, k.thread, next.thread);
  for (const sleeper of sleepers)
    if (k.requesterOf(sleeper) === next.thread) k.rouse(sleeper, WakeReason.woken);
}

/** The calling thread ends: locks that others wait for go to them, marked (get_robust_list(2)). */
export function bequeathLocks(k: Kernel): void {
  for (let donors = donorsOf(k, k.thread); donors.length > 0; donors = donorsOf(k, k.thread)) {
    const { futexSpace, futexAddress } = LinuxThread.at(
      k.store,
      k.threads.at(donors[0] as number).personality,
    );
    const key = { space: futexSpace, address: futexAddress };
    const sleepers = inheritingWaiters(k, key);
    const next = successor(k, sleepers);
    if (next === undefined) return;
    const more = sleepers.length > 1 ? WordBit.waiters : 0;
    writeKey(k, key, (WordBit.ownerDied | more | next.id) >>> 0);
    handOn(k, sleepers, next);
  }
}

/** Writes a word by its futex's name. In the space of another process it is let be, as by Linux. */
function writeKey(k: Kernel, key: FutexKey, value: number): void {
  if (key.space === 0) k.memory.write32(key.address, value);
  else if (key.space === k.spaceOf(k.thread))
    writeWord(k, key.address - (key.address % 2 === SHARED_MARK ? SHARED_MARK : 0), value);
}
