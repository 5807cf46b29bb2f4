/** The process service's records. Times are cycles. */
import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';

/** Resource limits by number (asm-generic/resource.h). */
export const LIMIT_COUNT = 16;

export const ProcessState = { alive: 0, zombie: 1 } as const;

/** A process control block. */
export const Process = record('Process', {
  id: 'u32',
  state: 'u8',
  /** 1 once it has exec'ed, for setpgid. */
  executed: 'u8',
  /** 1 when its parent is not told of its end by SIGCHLD. */
  clone: 'u8',
  /** 1 when it takes over orphans among its descendants. */
  reaper: 'u8',
  parent: 'u32',
  firstChild: 'u32',
  /** Neighbours among the parent's children, oldest first. */
  nextSibling: 'u32',
  previousSibling: 'u32',
  group: 'u32',
  session: 'u32',
  domain: 'u32',
  beneficiary: 'u32',
  personality: 'u32',
  firstThread: 'u32',
  threadCount: 'u32',
  /** wait(2) status once it is a zombie. */
  status: 'u32',
  /** A stop or continuation not yet waited for: status and whether it is a continuation; 0 when there is none. */
  change: 'u32',
  changeContinued: 'u32',
  /** Woken when a child ends, stops or goes on. */
  children: { embedded: WaitQueue },
  /** All processes, by number. */
  next: 'u32',
  previous: 'u32',
  started: 'integer',
  /** Time and faults of threads that are gone, and of reaped children. */
  cyclesUser: 'integer',
  cyclesKernel: 'integer',
  instructions: 'integer',
  childrenUser: 'integer',
  childrenKernel: 'integer',
  faults: 'u32',
  majorFaults: 'u32',
  childrenFaults: 'u32',
  childrenMajorFaults: 'u32',
  /** The most pages that were ever present in a space that it has left; and in one of any reaped child. */
  peakPages: 'u32',
  childrenPeakPages: 'u32',
  soft: { array: 'integer', length: LIMIT_COUNT },
  hard: { array: 'integer', length: LIMIT_COUNT },
});

export const ProcessesRoot = record('ProcessesRoot', {
  first: 'u32',
  last: 'u32',
  count: 'u32',
  nextNumber: 'u32',
  /** 1 once numbers have come round. */
  wrapped: 'u32',
  /** The process that orphans are given to. */
  init: 'u32',
});
