/** Resource limits, as getrlimit(2) has them. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { processes } from './interface.ts';
import { LIMIT_COUNT } from './records.ts';
import { at } from './tree.ts';

const NONE = Number.POSITIVE_INFINITY;

/** Soft and hard limits of the first process, by resource number (asm-generic/resource.h). */
export const DEFAULT_LIMITS: readonly (readonly [number, number])[] = [
  [NONE, NONE], // CPU, seconds
  [NONE, NONE], // FSIZE
  [NONE, NONE], // DATA
  [8 * 1024 * 1024, NONE], // STACK
  [0, NONE], // CORE
  [NONE, NONE], // RSS
  [30_000, 30_000], // NPROC
  [1_024, 524_288], // NOFILE
  [8 * 1024 * 1024, 8 * 1024 * 1024], // MEMLOCK
  [NONE, NONE], // AS
  [NONE, NONE], // LOCKS
  [30_000, 30_000], // SIGPENDING
  [819_200, 819_200], // MSGQUEUE
  [0, 0], // NICE
  [0, 0], // RTPRIO
  [NONE, NONE], // RTTIME
];

const limit = operation(processes.limit, [], {
  begin(k, f) {
    if (!(f.resource >= 0 && f.resource < LIMIT_COUNT)) return k.fail(ErrorNumber.EINVAL);
    const view = at(k, f.process);
    const { f64 } = k.memory;
    return k.done(f64[view.soft / 8 + f.resource], f64[view.hard / 8 + f.resource]);
  },
});

const setLimit = operation(processes.setLimit, [], {
  begin(k, f) {
    if (!(f.resource >= 0 && f.resource < LIMIT_COUNT) || f.soft > f.hard) return k.fail(ErrorNumber.EINVAL);
    const view = at(k, f.process);
    const { f64 } = k.memory;
    const hard = f64[view.hard / 8 + f.resource] as number;
    if (f.hard > hard && k.credentials.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
    f64[view.soft / 8 + f.resource] = f.soft;
    f64[view.hard / 8 + f.resource] = f.hard;
    return k.done();
  },
});

export const limitOperations: readonly Operation[] = [limit, setLimit];
