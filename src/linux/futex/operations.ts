/** Naming and waking futexes as operations. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from '../../services/memory/interface.ts';
import { internal } from '../internal.ts';
import { KEY_ACCESS, sharedKey, wakeWaiters } from './buckets.ts';
import { futexes } from './interface.ts';
import { leaveOperation } from './leave.ts';

const WORD_BYTES = 4;
/** Addresses of programs end here. */
const USER_END = 2 ** 47;

/** Tries for writing first, then for reading.  */
const nameShared = operation(futexes.nameShared, ['attempt'], {
  begin(k, f) {
    if (f.address % WORD_BYTES !== 0) return k.fail(ErrorNumber.EINVAL);
    if (f.address >= USER_END) return k.fail(ErrorNumber.EFAULT);
    const access = KEY_ACCESS[f.attempt];
    if (access === undefined) return k.fail(ErrorNumber.EFAULT);
    const space = k.spaceOf(k.thread);
    const key = sharedKey(k, space, f.address, access);
    if (key !== undefined) return k.done(key.space, key.address);
    return k.call(memory.supply, { space, address: f.address, length: WORD_BYTES, access }, 'supplied');
  },
  supplied(k, f, reply) {
    if (reply.error !== 0) f.attempt += 1;
    return k.goto('begin');
  },
});

const wakeFutex = operation(internal.wakeFutex, [], {
  begin(k, f) {
    return k.done(wakeWaiters(k, { space: f.space, address: f.address }, f.bits, f.count));
  },
});

export const futexOperations: readonly Operation[] = [nameShared, wakeFutex, leaveOperation];
