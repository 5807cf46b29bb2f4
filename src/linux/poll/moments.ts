/** Timeouts and signal masks of poll and select: read before the wait, told and restored after it. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { read64, write64 } from '../calls/layouts.ts';
import { internal } from '../internal.ts';
import { currentThread } from '../state.ts';
import { WORK } from './records.ts';

export const moments = serviceInterface('linux', {
  /** Reads a struct timespec of the program (0: none). Value: the instant at which it is over. EINVAL, EFAULT. */
  readTimeout: { address: 'number' },
  /** Writes what is left until an instant to the struct timespec. */
  tellRest: { address: 'number', until: 'number' },
  /** Puts a signal mask of the program (0: none) in force for the time of a call. EINVAL when `size` is not 8. */
  maskSignals: { address: 'number', size: 'number' },
});

const TIMESPEC_BYTES = 16;
const SET_BYTES = 8;
const BILLION = 1e9;
/** SIGKILL and SIGSTOP cannot be blocked. */
const UNBLOCKABLE = (1 << 8) | (1 << 18);

const readTimeout = operation(moments.readTimeout, [], {
  begin(k, f) {
    if (f.address === 0) return k.done(NEVER);
    const into = currentThread(k).scratch + WORK;
    return k.call(internal.readUser, { address: f.address, into, length: TIMESPEC_BYTES }, 'read');
  },
  read(k, _f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const at = currentThread(k).scratch + WORK;
    const [seconds, nanoseconds] = [read64(k, at), read64(k, at + 8)];
    if (seconds < 0 || nanoseconds < 0 || nanoseconds >= BILLION) return k.fail(ErrorNumber.EINVAL);
    if (seconds === 0 && nanoseconds === 0) return k.done(0);
    return k.done(k.after(k.now, seconds + nanoseconds / BILLION));
  },
});

const tellRest = operation(moments.tellRest, [], {
  begin(k, f) {
    if (f.address === 0) return k.done();
    const from = currentThread(k).scratch + WORK;
    const rest = Math.max(0, f.until - k.now) / k.hertz;
    write64(k, from, Math.floor(rest));
    write64(k, from + 8, Math.floor((rest % 1) * BILLION));
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
    thread.savedLow = thread.blockedLow;
    thread.savedHigh = thread.blockedHigh;
    thread.blockedLow = (k.memory.read32(thread.scratch + WORK) & ~UNBLOCKABLE) >>> 0;
    thread.blockedHigh = k.memory.read32(thread.scratch + WORK + 4);
    return k.done(1);
  },
});

export const momentOperations: readonly Operation[] = [readTimeout, tellRest, mask];
