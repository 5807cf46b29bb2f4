/** What the personality keeps: processes, threads, open files, descriptor tables. Found from the kernel's records by their `personality` words. */
import { WaitQueue } from '../kernel/objects.ts';
import { record } from '../kernel/records.ts';
import { TreeNode } from '../kernel/tree.ts';

/** Bits of a thread's attention word. */
export const Attention = { end: 1, signal: 2, stop: 4 } as const;

/** System calls that are counted: numbers below this. */
export const CALL_COUNTERS = 512;

export const LinuxRoot = record('LinuxRoot', {
  /** The first process, and the one whose end ends the machine. */
  init: 'u32',
  main: 'u32',
  /** Instant 0 in seconds since 1970. */
  epoch: 'integer',
  /** Frame that holds counters: calls made, by number, as integers. */
  counters: 'u32',
  /** Futex buckets: a frame of wait queues. */
  futexes: 'u32',
  /** A page for paths of who is no thread of the personality. */
  spareScratch: 'u32',
  /** The first Fifo record. */
  fifos: 'u32',
  /** Trees of the processes and threads that can be signalled, by number (processes/directory.ts). */
  processes: 'u32',
  threads: 'u32',
  /** Signals that wait in queues, of all processes. */
  queuedSignals: 'u32',
  /** 1 once a process has asked for a signal at its parent's end. */
  deathSignals: 'u32',
  /** Processes that are stopped. */
  stoppedProcesses: 'u32',
  /** Threads that there may be at once, and how often another was refused. */
  threadLimit: 'u32',
  refusedThreads: 'u32',
  /** Open file descriptions: how many there are, how many there may be (0: any number), how often another was refused. */
  openFiles: 'u32',
  fileLimit: 'u32',
  refusedFiles: 'u32',
  /** Processes without threads that have not given back their memory yet; who waits for some. */
  leaving: 'u32',
  relief: { embedded: WaitQueue },
  /** Requests for a process that the structure has refused. */
  refusals: 'u32',
  /** Signals noted for process groups, oldest first (signals/later.ts). */
  groupSignals: 'u32',
  /** Timers by expiry, the thread that fires them (0 before the first is set), and what it sleeps on. */
  timers: 'u32',
  timekeeper: 'u32',
  alarm: { embedded: WaitQueue },
  /** The latest instant that a clock has shown: clocks never go back. */
  shown: 'integer',
  /** 1 while a call closes descriptions that were lost in messages. */
  reaping: 'u32',
  /** What the user says of programs by name: a frame of Hint records (time/hints.ts), and how many. */
  hints: 'u32',
  hintCount: 'u32',
});

/** A process as the personality sees it. */
export const LinuxProcess = record('LinuxProcess', {
  /** The process service's record, and its number. */
  process: 'u32',
  id: 'u32',
  space: 'u32',
  domain: 'u32',
  beneficiary: 'u32',
  /** Shared by clone's flags; each counts its users. */
  descriptors: 'u32',
  paths: 'u32',
  handlers: 'u32',
  /** The file that it executes: a node held. */
  executable: 'u32',
  /** 1 once it is ending: all its threads leave, with this wait(2) status. */
  ending: 'u32',
  status: 'u32',
  /** Signal sent to its parent at the end. */
  exitSignal: 'u32',
  /** Number of the parent that it was made for: another one is sent SIGCHLD. */
  creator: 'u32',
  /** 1 while a parent that called vfork waits on `released`. */
  borrowed: 'u32',
  released: { embedded: WaitQueue },
  /** Woken when one of its threads leaves: exec waits for the others. */
  departures: { embedded: WaitQueue },
  /** Threads that look into it by procfs: its space, files and paths stay until they have left; and who waits for that. */
  visitors: 'u32',
  unvisited: { embedded: WaitQueue },
  /** The signal that has stopped it, or 0; its threads wait on `continued`. 1 in the next when its group was orphaned then. */
  stopped: 'u32',
  stoppedOrphaned: 'u32',
  /** 1 while a stop signal has been taken and not yet carried out; SIGCONT takes it back. */
  stopping: 'u32',
  continued: { embedded: WaitQueue },
  /** Signals sent to the process as a whole: bits 0 to 63 in two halves, and the first queued SignalEntry. */
  pendingLow: 'u32',
  pendingHigh: 'u32',
  firstSignal: 'u32',
  /** Woken when a signal comes: whoever reads them. */
  signalled: { embedded: WaitQueue },
  /** Where argument, environment and auxiliary strings lie, for procfs. */
  argumentStart: 'integer',
  argumentEnd: 'integer',
  environmentStart: 'integer',
  environmentEnd: 'integer',
  auxiliaryStart: 'integer',
  auxiliaryLength: 'u32',
  /** What is added to its share of memory, in thousandths, when one process must be ended: -1000 to 1000, -1000 for never. */
  killAdjustment: 'i32',
  /** prctl's settings. */
  dumpable: 'u32',
  noNewPrivileges: 'u32',
  parentDeathSignal: 'u32',
  childSubreaper: 'u32',
  /** Interval timers and POSIX timers: first of a list kept by the time calls. */
  timers: 'u32',
  personality: 'u32',
  /** Node of the tree of processes: the key is the number. 1 in `listed` while it is there. */
  node: { embedded: TreeNode },
  listed: 'u32',
  /** Its threads that can be signalled, oldest first. */
  firstThread: 'u32',
  lastThread: 'u32',
  /** A stop or continuation that the parent has not been told of: a CLD code, and the signal. */
  change: 'u32',
  changeSignal: 'u32',
  /** Number of the next POSIX timer. */
  nextTimer: 'u32',
});

/** A thread as the personality sees it. */
export const LinuxThread = record('LinuxThread', {
  id: 'u32',
  process: 'u32',
  thread: 'u32',
  /** Scratch pages for paths and structures: physical addresses. */
  scratch: 'u32',
  scratch2: 'u32',
  /** 1 when the call leaves all registers as they are (sigreturn, exec). */
  keepRegisters: 'u32',
  /** A value of Restart when the call was interrupted: the attention that follows decides. */
  restart: 'u32',
  /** a0 as the call found it. */
  argumentLow: 'u32',
  argumentHigh: 'u32',
  /** Address to clear and wake at the end (set_tid_address), and the robust list's head. */
  clearId: 'integer',
  robustList: 'integer',
  /** Blocked signals, those to restore after sigsuspend, and those sent to this thread. */
  blockedLow: 'u32',
  blockedHigh: 'u32',
  savedLow: 'u32',
  savedHigh: 'u32',
  restoreMask: 'u32',
  pendingLow: 'u32',
  pendingHigh: 'u32',
  firstSignal: 'u32',
  /** sigaltstack. */
  stackStart: 'integer',
  stackSize: 'integer',
  stackFlags: 'u32',
  name: { array: 'u8', length: 16 },
  /** Node of the tree of threads: the key is the number. 1 in `listed` while signals may be sent to it. */
  node: { embedded: TreeNode },
  listed: 'u32',
  /** Neighbours among the threads of its process. */
  next: 'u32',
  previous: 'u32',
  /** What is blocked apart from the set that rt_sigtimedwait waits for; zero at other times. */
  reallyBlockedLow: 'u32',
  reallyBlockedHigh: 'u32',
  /** The instant until which a call that is started again goes on waiting; 0 for none. */
  resumeUntil: 'integer',
  /** The futex that it waits for: space (0: `futexAddress` is physical) and address; and the bits. */
  futexSpace: 'u32',
  futexAddress: 'integer',
  futexBits: 'u32',
  /** The policy that it asked for by sched_setscheduler(2). */
  policy: 'u32',
});

/** How a call that was interrupted goes on when no handler runs, or one that asked for restarts (signal(7)). */
export const Restart = {
  none: 0,
  /** Started again unless a handler without SA_RESTART runs. */
  unlessRefused: 1,
  /** Started again only when no handler runs. */
  withoutHandler: 2,
} as const;

/** What a description is open on. */
export const OpenKind = {
  node: 1,
  pipe: 2,
  terminal: 3,
  device: 4,
  event: 5,
  directory: 6,
  socket: 7,
  epoll: 8,
  timer: 10,
  signals: 11,
} as const;

/** An open file description, as open(2) makes it and dup shares it. */
export const OpenFile = record('OpenFile', {
  references: 'u32',
  kind: 'u32',
  /** The node it was opened by, held; 0 for pipes without a name. */
  node: 'u32',
  /** The pipe, the terminal's stream, the device's number, by kind; and which end of it. */
  object: 'u32',
  end: 'u32',
  /** File status flags and access mode, OpenFlag bits. */
  flags: 'u32',
  offset: 'integer',
  /** 1 while a call moves the offset; others that want to wait for their turn. */
  moving: 'u32',
  turn: { embedded: WaitQueue },
  /** Owner of asynchronous signals, and lease or seal bits. */
  owner: 'i32',
  extra: 'u32',
  /** The first Interest that an epoll list has in it. */
  interests: 'u32',
});

/** A table of descriptors: a frame of addresses of chunk frames. */
export const DescriptorTable = record('DescriptorTable', {
  references: 'u32',
  chunks: 'u32',
  /** No descriptor below this is free. */
  lowest: 'u32',
  /** One more than the highest ever used. */
  end: 'u32',
  count: 'u32',
  /** 1 once a record lock was taken through it: closing looks for them. */
  locks: 'u32',
});

/** A FIFO that is open or being opened: descriptions and opens in progress use it, and its pipe stays as long as they do. `unnamed` 1: a pipe without a name, whose other end is not waited for. */
export const Fifo = record('Fifo', { next: 'u32', node: 'u32', pipe: 'u32', users: 'u32', unnamed: 'u32' });

/** Where a process is in the tree of files. */
export const Paths = record('Paths', {
  references: 'u32',
  root: 'u32',
  current: 'u32',
  mask: 'u32',
  /** Calls that resolve a path from here now; who changes a directory waits for them before it gives the old one back. */
  walkers: 'u32',
  idle: { embedded: WaitQueue },
});
