/**
 * The operations `lock`, `testLock` and `unlockAll`.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Span, WakeReason } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { LockFigures } from './attributes.ts';
import { answer } from './facts.ts';
import { files } from './interface.ts';
import {
  applyLock,
  closesCircle,
  dropLocks,
  dropWait,
  findConflict,
  LockKind,
  type LockRequest,
  noteWait,
} from './locks.ts';
import { Lock } from './records.ts';
import { scratchOf } from './storage.ts';
import type { FilesWiring } from './wiring.ts';
import { writersQueue } from './writers.ts';

interface LockFrame extends LockRequest {
  readonly wait: number;
  note: number;
}

/** A record lock that would wait for ever is refused; flock has no such check. */
function refuseWait(k: Kernel, f: LockFrame, conflict: number): number {
  if (f.wait !== 1) return ErrorNumber.EAGAIN;
  const blocker = Lock.at(k.store, conflict).owner;
  if (f.whole === 1) return 0;
  if (closesCircle(k, f.owner, blocker)) return ErrorNumber.EDEADLK;
  f.note = noteWait(k, f.owner, blocker);
  return f.note === 0 ? ErrorNumber.ENOLCK : 0;
}

function tryLock(k: Kernel, f: LockFrame): OutcomeNumber {
  const conflict = f.kind === LockKind.unlock ? 0 : findConflict(k, f);
  if (conflict === 0) {
    const error = applyLock(k, f);
    // What was held there before may have been more than what is held now.
    if (error === 0) k.wake(writersQueue(f.node));
    return error === 0 ? k.done() : k.fail(-error);
  }
  const refused = refuseWait(k, f, conflict);
  return refused === 0 ? k.wait([writersQueue(f.node)], NEVER, 'woken') : k.fail(refused);
}

const lockOperation = operation(files.lock, ['note'], {
  begin(k, f) {
    if (f.start < 0 || f.length < 0) return k.fail(ErrorNumber.EINVAL);
    // flock gives up what it has before it waits for another kind.
    if (f.whole === 1 && dropLocks(k, f.node, f.owner, 1)) k.wake(writersQueue(f.node));
    return tryLock(k, f);
  },
  woken(k, f, reply) {
    if (f.note !== 0) dropWait(k, f.note);
    f.note = 0;
    return reply.value === WakeReason.interrupted ? k.fail(ErrorNumber.ERESTART) : tryLock(k, f);
  },
});

function writeLock(k: Kernel, conflict: number, at: number): void {
  const lock = Lock.at(k.store, conflict);
  const figures = LockFigures.at(k.store, at);
  const { start, end } = lock;
  figures.kind = lock.kind;
  figures.process = lock.process;
  figures.start = start;
  figures.length = end === NEVER ? 0 : end - start;
}

interface TestFrame {
  readonly node: number;
  readonly owner: number;
  readonly kind: number;
  readonly start: number;
  readonly length: number;
  readonly into: Span;
}

function testLockOperation(w: FilesWiring): Operation {
  const tell = (k: Kernel, f: TestFrame): OutcomeNumber => {
    const { node, owner, kind, start, length } = f;
    const conflict = findConflict(k, { node, owner, kind, start, length, whole: 0 });
    if (conflict === 0) return k.done(0);
    const at = scratchOf(k);
    writeLock(k, conflict, at);
    return answer(k, w, f.into, at, LockFigures.size, 'supplied');
  };
  return operation(files.testLock, [], {
    begin(k, f) {
      return f.start < 0 || f.length < 0 ? k.fail(ErrorNumber.EINVAL) : tell(k, f);
    },
    supplied(k, f, reply) {
      return reply.error === 0 ? tell(k, f) : k.fail(ErrorNumber.EFAULT);
    },
  });
}

const unlockAllOperation = operation(files.unlockAll, [], {
  begin(k, f) {
    if (dropLocks(k, f.node, f.owner, f.whole)) k.wake(writersQueue(f.node));
    return k.done();
  },
});

export function lockingOperations(w: FilesWiring): Operation[] {
  return [lockOperation, testLockOperation(w), unlockAllOperation];
}
