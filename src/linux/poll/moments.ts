/** Timeouts and signal masks of poll and select: read before the wait, told and restored after it. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { internal } from '../internal.ts';
import { beginTemporaryMask } from '../signals/mask.ts';
import { currentThread } from '../state.ts';
import {
  instantAfter,
  isZero,
  readTimespec,
  shownNow,
  TIMESPEC_BYTES,
  timeOf,
  writeTimespec,
} from '../time/values.ts';
import { WORK } from './records.ts';

export const moments = serviceInterface('linux', {
  /** Reads a struct timespec of the program (0: none). Value: the instant at which it is over. EINVAL, EFAULT. */
  readTimeout: { address: 'number' },
  /** Writes what is left until an instant to the struct timespec. */
  tellRest: { address: 'number', until: 'number' },
  /** Puts a signal mask of the program (0: none) in force for the time of a call. EINVAL when `size` is not 8. */
  maskSignals: { address: 'number', size: 'number' },
});

const SET_BYTES = 8;

const readTimeout = operation(moments.readTimeout, [], {
  begin(k, f) {
    if (f.address === 0) return k.done(NEVER);
    const into = currentThread(k).scratch + WORK;
    return k.call(internal.readUser, { address: f.address, into, length: TIMESPEC_BYTES }, 'read');
  },
  read(k, _f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const at = currentThread(k).scratch + WORK;
    const time = readTimespec(k, at);
    if (time === undefined) return k.fail(ErrorNumber.EINVAL);
    return k.done(isZero(time) ? 0 : instantAfter(k, time));
  },
});

const tellRest = operation(moments.tellRest, [], {
  begin(k, f) {
    if (f.address === 0) return k.done();
    const from = currentThread(k).scratch + WORK;
    writeTimespec(k, from, timeOf(k, Math.max(0, f.until - shownNow(k))));
    return k.call(internal.writeUser, { address: f.address, from, length: TIMESPEC_BYTES }, 'finish');
  },
  finish(k) {
    // A structure that cannot be written to is left as it is, as in Linux.
    return k.done();
  },
});

const mask = operation(moments.maskSignals, [], {
  begin(k, f) {
    if (f.address === 0) return k.done(0);
    if (f.size !== SET_BYTES) return k.fail(ErrorNumber.EINVAL);
    const into = currentThread(k).scratch + WORK;
    return k.call(internal.readUser, { address: f.address, into, length: SET_BYTES }, 'read');
  },
  read(k, _f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const thread = currentThread(k);
    const at = thread.scratch + WORK;
    beginTemporaryMask(k, thread, k.memory.read32(at), k.memory.read32(at + 4));
    return k.done(1);
  },
});

export const momentOperations: readonly Operation[] = [readTimeout, tellRest, mask];
