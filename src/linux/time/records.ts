/** What the personality keeps of timers. Instants and durations are cycles of the clock that is meant. */
import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { TreeNode } from '../../kernel/tree.ts';

/** What a timer measures. */
export const TimerKind = {
  /** Real time: ITIMER_REAL, CLOCK_MONOTONIC, CLOCK_REALTIME. */
  real: 0,
  /** Time that the process has spent in its program (ITIMER_VIRTUAL), */
  userTime: 1,
  /** in its program and in the kernel (ITIMER_PROF, CLOCK_PROCESS_CPUTIME_ID), */
  processTime: 2,
  /** or that one thread has (CLOCK_THREAD_CPUTIME_ID). */
  threadTime: 3,
} as const;

/** What happens when a timer expires (SIGEV_*). */
export const Notification = {
  signal: 0,
  none: 1,
  thread: 4,
  /** None: it is read (timerfd_create). */ file: 8,
} as const;

/** The number of the timer that keeps RLIMIT_CPU; setitimer's come before it. */
export const LIMIT_TIMER = -4;

/** A timer of a process: timer_create's, one of setitimer's, or the one of RLIMIT_CPU. */
export const PosixTimer = record('PosixTimer', {
  /** Number, as timer_create gives it; setitimer's have -1 - which. */
  id: 'i32',
  /** The LinuxProcess, and its next timer. */
  process: 'u32',
  next: 'u32',
  /** TimerKind, and the clock by its number. */
  kind: 'u32',
  clock: 'i32',
  notification: 'u32',
  signal: 'u32',
  /** Numbers of the thread to signal (SIGEV_THREAD_ID), and of the one whose time it measures. */
  target: 'u32',
  measured: 'u32',
  valueLow: 'u32',
  valueHigh: 'u32',
  /** When it looks again: the node's key is an instant of real time; 1 in `armed` while it is in the tree. */
  node: { embedded: TreeNode },
  armed: 'u32',
  /** The instant of its own clock at which it expires; 0 when it is not set. */
  expiry: 'integer',
  /** The interval that it was set to, and the same in cycles; 0 for once. */
  intervalSeconds: 'integer',
  intervalNanoseconds: 'u32',
  interval: 'integer',
  /** RLIMIT_CPU: the hard limit in cycles, at which the process is killed; NEVER for none. */
  hardLimit: 'integer',
  /** Its queued signal, and how often it has expired since that was queued; the same as last told. */
  entry: 'u32',
  overrun: 'u32',
  overrunTold: 'u32',
  /** A timer that is read has expired, or was set again; `overrun` counts what has not been read. */
  changed: { embedded: WaitQueue },
});
