/** What the personality keeps: processes, threads, open files, descriptor tables. Found from the kernel's records by their `personality` words. */
import { WaitQueue } from '../kernel/objects.ts';
import { record } from '../kernel/records.ts';

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
  /** The first Fifo record. */
  fifos: 'u32',
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
  /** 1 while a parent that called vfork waits on `released`. */
  borrowed: 'u32',
  released: { embedded: WaitQueue },
  /** Woken when one of its threads leaves: exec waits for the others. */
  departures: { embedded: WaitQueue },
  /** 1 while it is stopped by a signal; its threads wait on `continued`. */
  stopped: 'u32',
  continued: { embedded: WaitQueue },
  /** Signals sent to the process as a whole: bits 0 to 63 in two halves, and the first queued SignalEntry. */
  pendingLow: 'u32',
  pendingHigh: 'u32',
  firstSignal: 'u32',
  /** Where argument, environment and auxiliary strings lie, for procfs. */
  argumentStart: 'integer',
  argumentEnd: 'integer',
  environmentStart: 'integer',
  environmentEnd: 'integer',
  auxiliaryStart: 'integer',
  auxiliaryLength: 'u32',
  /** prctl's settings. */
  dumpable: 'u32',
  noNewPrivileges: 'u32',
  parentDeathSignal: 'u32',
  childSubreaper: 'u32',
  /** Interval timers and POSIX timers: first of a list kept by the time calls. */
  timers: 'u32',
  personality: 'u32',
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
  /** 1 when the call ended in ERESTART: the attention that follows decides. */
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
});

/** What a description is open on. */
export const OpenKind = { node: 1, pipe: 2, terminal: 3, device: 4, event: 5, directory: 6 } as const;

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
  /** Owner of asynchronous signals, and lease or seal bits. */
  owner: 'i32',
  extra: 'u32',
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

/** A FIFO that is open or being opened: descriptions and opens in progress use it, and its pipe stays as long as they do. */
export const Fifo = record('Fifo', { next: 'u32', node: 'u32', pipe: 'u32', users: 'u32' });

/** Where a process is in the tree of files. */
export const Paths = record('Paths', { references: 'u32', root: 'u32', current: 'u32', mask: 'u32' });
