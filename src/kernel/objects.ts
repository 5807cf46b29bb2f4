// data: schemas of records
/**
 * The kernel's own records: what every structure's kernel keeps, whatever else it leaves to servers.
 *
 * They are the whole state of the kernel. An address of such a record is its identity; 0 is 'none' everywhere.
 */
import { PRIMITIVE_NAMES } from '../contracts/accounting.ts';
import { POLICY_RECORD_BYTES } from '../contracts/scheduler.ts';
import { record } from './records.ts';
import { TreeNode } from './tree.ts';

/** Size classes of the slab allocator, in bytes. */
export const SLAB_CLASSES = [32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048] as const;

/** The cells that change with every charge; one such record for the machine, settled whenever the active hart changes. */
export const MeterCells = record('MeterCells', {
  /** The active hart's clock. */
  clock: 'integer',
  /** Address of the account that charges go to. */
  account: 'integer',
  /** Record accesses not yet charged. */
  pendingReads: 'integer',
  pendingWrites: 'integer',
  /** Accesses by inspectors, which cost nothing. */
  uncounted: 'integer',
  /** Accesses of any kind since the last settlement, where a guard looks at them. */
  unsettled: 'integer',
  activeHart: 'u32',
  /** Where the active hart's turn would have ended that was cut at a number of instructions; 0 when none was. */
  turnEnd: 'integer',
  /** The thread whose request is worked on, and the one that executes it: a server's, when the request was handed over. */
  thread: 'u32',
  executor: 'u32',
  /** The frames that accounts are kept in: next free byte, and the end of the last one. */
  arenaNext: 'integer',
  arenaEnd: 'integer',
  /** Records that were given back: the first Account and the first Beneficiary, linked by `next`. */
  freeAccount: 'u32',
  freeBeneficiary: 'u32',
});

/** What one executing domain has spent for one beneficiary in one phase: a count for each primitive. */
export const Account = record('Account', {
  beneficiary: 'u32',
  domain: 'u32',
  phase: 'u32',
  /** Next account of the same beneficiary. */
  next: 'u32',
  counts: { array: 'integer', length: PRIMITIVE_NAMES.length },
});

/** Whose work it is. A process has one; so has the kernel itself, for boot and idling. */
export const Beneficiary = record('Beneficiary', {
  /** Process number, 0 for the kernel itself. */
  id: 'u32',
  firstAccount: 'u32',
  next: 'u32',
  /** 1 once its process is gone: the bill stays. */
  ended: 'u32',
  name: { array: 'u8', length: 32 },
});

/** Why a hart is to pass through the scheduler. */
export const Reschedule = {
  none: 0,
  /** A waker, or the kernel, asks for it. */
  asked: 1,
  /** Its thread gives the hart up. */
  yielded: 2,
  /** It idles, and the policy wants to be asked again later. */
  later: 3,
} as const;

/** What the machine keeps for a hart. Its general registers are in the thread that it runs. */
export const Hart = record('Hart', {
  id: 'u32',
  /** The thread that it runs, or 0 when it idles. */
  thread: 'u32',
  clock: 'integer',
  /** Clock value at which the running thread's slice ends. */
  sliceEnd: 'integer',
  /** Clock value from which on the slice is used, and the thread that the policy gave it to: it may have handed the hart over. */
  dispatched: 'integer',
  payer: 'u32',
  /** Where its charges go. */
  account: 'u32',
  /** The AddressSpace record in force, and its tag: tags are never used twice. */
  space: 'u32',
  spaceTag: 'u32',
  /** The thread that it ran last: no switch is due when it comes back. */
  lastThread: 'u32',
  /** The program's thread whose float registers are in the hart. */
  floatOwner: 'u32',
  /** Instructions retired. */
  instructions: 'integer',
  /** Cycles in which it had nothing to run. */
  idle: 'integer',
  /** 1 when its thread was handed to it without a pass through the scheduler, and the switch is not done yet. */
  handed: 'u32',
  /** Whether it is to pass through the scheduler, and why: a number of Reschedule. */
  reschedule: 'u32',
  /** The instant of that request: an idle hart cannot have heard of it before. */
  wakeAt: 'integer',
});

/** Who a domain's requests come from: the kernel shows it to every service that is asked. Numbers as in credentials(7). */
export const Credentials = record('Credentials', {
  user: 'u32',
  effectiveUser: 'u32',
  savedUser: 'u32',
  filesystemUser: 'u32',
  group: 'u32',
  effectiveGroup: 'u32',
  savedGroup: 'u32',
  filesystemGroup: 'u32',
  groupCount: 'u32',
  groups: { array: 'u32', length: 32 },
});

/** A protection domain: privilege, address space, pages, and an account of what it may use. */
export const Domain = record('Domain', {
  /** Index in the structure's plan; 0 is a program's domain. */
  plan: 'u32',
  privilege: 'u32',
  space: 'u32',
  /** Whose death ends it; 0 for those of the plan. */
  process: 'u32',
  /** Address of its Credentials record; 0 for those of the plan, which act for themselves. */
  credentials: 'u32',
  /** The process, and the spaces whose frames it owns: one may outlive the other. */
  holders: 'u32',
  frames: 'u32',
  /** Frames that it may own at most; 0 is no limit of its own. */
  frameLimit: 'u32',
  /** 1 when its process is forgotten, but others still use frames that it owns: it goes with the last of them. */
  ended: 'u32',
  /** Where requests to its servers arrive: its Port, or 0 for a domain without threads of its own. */
  port: 'u32',
  /** Its Task, for the names that it has of ports; 0 while it has none. */
  task: 'u32',
  /** 1 from its death until it is made again: requests wait. And how often it has died. */
  dead: 'u32',
  deaths: 'u32',
  /** How often in a row it died while it was being made again. */
  relapses: 'u32',
  /** First slab frame with room, by size class. */
  slabs: { array: 'u32', length: SLAB_CLASSES.length },
});

/** One frame of physical memory. */
export const Frame = record('Frame', {
  /** The domain that owns it; 0 when free. */
  owner: 'u32',
  /** Mappings and other holders. */
  references: 'u32',
  /** FrameUse. */
  use: 'u16',
  slabClass: 'u16',
  /** Slab: objects in use. */
  inUse: 'u32',
  /** Slab: first free object. Free frame: unused. */
  firstFree: 'u32',
  /** Slab: neighbours in the list of frames with room. Free frame: next free. Page cache: its file. */
  next: 'u32',
  previous: 'u32',
  /** Page cache: index in its file. */
  index: 'u32',
});
export const FrameUse = {
  free: 0,
  slab: 1,
  table: 2,
  stack: 3,
  anonymous: 4,
  file: 5,
  meter: 6,
  index: 7,
  /** A page of a bounded buffer: pipes, the console. */
  buffer: 8,
  /** It held records of a server that has died: never used again, so that old handles name nothing. */
  withdrawn: 9,
  /** It holds what is to reach a disk and survives the server that it is of (kept-frames.ts). */
  kept: 10,
  /** Memory of a server with a program of its own, in which it keeps its records. */
  server: 11,
} as const;

/** How an address space is translated; the rest of it is the memory service's. */
export const AddressSpace = record('AddressSpace', {
  /** TranslationKind. */
  kind: 'u32',
  /** Frame number of the root table. */
  root: 'u32',
  /** Names its entries in translation caches; every new root takes a new one, and none is used twice. */
  tag: 'u32',
  /** The memory service's record of it. */
  map: 'u32',
  /** 1 when it is a small space, a neighbour of large ones in the translation cache. */
  small: 'u32',
  /** Pages that were mapped to it, or from it, by messages: a tree of MapNode records (native/mappings.ts). */
  mappings: 'u32',
  /** What its windows are used for under the microkernel: a tree of WindowRegion records (native/regions.ts). */
  windows: 'u32',
});

/**
 * Threads that wait for the same thing, in order of arrival. `wakes` counts wakings, also of nobody: who looks at several
 * queues before it waits on them can tell whether something happened in between.
 */
export const WaitQueue = record('WaitQueue', {
  first: 'u32',
  last: 'u32',
  wakes: 'u32',
  /** The first Watch of it. */
  watches: 'u32',
});

/**
 * Collects queues that have been woken, for somebody who looks at many of them again and again: watches that have fired, oldest
 * first. `sleepers` are woken one at a time when there is something new, and everybody in `polls`.
 */
export const WatchList = record('WatchList', {
  first: 'u32',
  last: 'u32',
  sleepers: { embedded: WaitQueue },
  polls: { embedded: WaitQueue },
});

/** A standing wish to hear of every waking of a queue: each puts the watch into its list, unless it is there already. */
export const Watch = record('Watch', {
  queue: 'u32',
  /** Neighbours among the watches of the queue. */
  next: 'u32',
  previous: 'u32',
  list: 'u32',
  /** 1 while it is in the list, and the next one there. */
  fired: 'u32',
  nextFired: 'u32',
  /** A word for the list's owner. */
  word: 'u32',
});

/** One thread's place in one queue. */
export const Waiter = record('Waiter', {
  queue: 'u32',
  thread: 'u32',
  next: 'u32',
  previous: 'u32',
  /** The same thread's place in another queue. */
  sibling: 'u32',
  /** A word for the queue's owner: a futex's bit set, a lock's wanted mode. */
  word: 'u32',
});

export const ThreadState = { new: 0, ready: 1, running: 2, blocked: 3, zombie: 4 } as const;
export const RunnerKind = { riscv: 0, steps: 1 } as const;

/** A thread control block. Saved registers and frames are in its kernel-stack page. */
export const Thread = record('Thread', {
  id: 'u32',
  state: 'u8',
  runner: 'u8',
  /** 1 when a signal may end its wait. */
  interruptible: 'u8',
  /** 1 when its registers are in the active hart's block rather than saved. */
  live: 'u8',
  domain: 'u32',
  /** The domain that executes for it now. */
  executing: 'u32',
  beneficiary: 'u32',
  process: 'u32',
  /** The personality's record of it. */
  personality: 'u32',
  /** Its IpcThread, once it has used L4's interface. */
  ipc: 'u32',
  /** Physical address of its kernel-stack page. */
  stack: 'u32',
  /** Address of its innermost frame, 0 when it runs in its program. */
  frame: 'u32',
  replyError: 'u32',
  /** The thread that has what this one waits for, a lock with priority inheritance; 0 for none. */
  waitsFor: 'u32',
  replyValue: 'integer',
  replySecond: 'integer',
  /** First of its places in wait queues; one place is its own, so that a wait in one queue needs no memory. */
  firstWaiter: 'u32',
  ownWaiter: { embedded: Waiter },
  /** Bits that ask for a look before it returns to its program: signals, a stop, an end. */
  attention: 'u32',
  hart: 'u32',
  affinity: 'u32',
  weight: 'u32',
  /** What scheduling policies may know of it besides its weight, as in contracts/scheduler.ts; `due` is Task.deadline, 0 for none. */
  nice: 'i32',
  priority: 'u32',
  tickets: 'u32',
  extra: 'u32',
  due: 'integer',
  period: 'integer',
  slice: 'integer',
  soon: 'integer',
  burst: 'integer',
  /** With a period: how long after each beginning of it `due` is; 0 when deadlines are absolute. */
  within: 'integer',
  /** The scheduling policy's record of it. */
  policyRecord: { array: 'integer', length: POLICY_RECORD_BYTES / 8 },
  deadline: 'integer',
  /** All threads, in order of making. */
  next: 'u32',
  previous: 'u32',
  /** Threads of the same process. */
  sibling: 'u32',
  /** The thread whose request it serves, at the beginning of the chain; 0 when it works for itself. */
  requester: 'u32',
  /** The server's thread that works for it while it waits for a reply. */
  server: 'u32',
  /** Of a server whose program runs: 1 when it waits for a request, and where it wants it. */
  receiving: 'u32',
  message: 'u32',
  /** The next idle server of its domain, or the next that waits for one. */
  nextAtPort: 'u32',
  /** Node of the timer tree while it waits with a deadline. */
  timer: { embedded: TreeNode },
  /** Why the policy was last told of it, and totals for the measures. */
  readySince: 'integer',
  cyclesUser: 'integer',
  cyclesKernel: 'integer',
  instructions: 'integer',
  switches: 'u32',
  dispatches: 'u32',
  /** Steps taken on its behalf since it last was in its program or waited. */
  steps: 'u32',
  /** Page faults mended: all of them, and those for which a page had to be read from outside. */
  faults: 'u32',
  majorFaults: 'u32',
  /** The thread whose scheduling parameters count in place of its own, since it waits for what this one has; 0 for none. */
  lender: 'u32',
});

/** Where requests to a domain arrive that has threads of its own to serve them. */
export const Port = record('Port', {
  domain: 'u32',
  /** Idle servers, the one that came last first; and how many servers there are. */
  idle: 'u32',
  servers: 'u32',
  /** Threads whose request waits for a server, oldest first. */
  firstSender: 'u32',
  lastSender: 'u32',
  /** The thread that makes the dead domain again: the only one that is answered meanwhile. */
  reviver: 'u32',
  /** Requests that have arrived. */
  requests: 'integer',
  /** The same port as a right of tasks: its PortObject, once somebody has one. */
  object: 'u32',
  /** The UserServer record of a domain whose servers run a program, once it has one. */
  program: 'u32',
});

/** A server's program in its address space (user-servers.ts). */
export const UserServer = record('UserServer', {
  /** 1 when its program is in its address space. */
  loaded: 'u32',
  entry: 'u32',
  /** Where the next stack ends, and the next memory begins. */
  nextStack: 'u32',
  nextMemory: 'u32',
  /** Threads that sleep in it, each with the address that it sleeps on. */
  sleepers: { embedded: WaitQueue },
});

export const MessageState = {
  none: 0,
  unsent: 1,
  kept: 2,
  /** No message, but the request at hand of a server whose program runs until it traps. */
  program: 3,
} as const;

/** Head of a frame on a kernel stack; the slots (8 bytes each) follow. */
export const StackFrame = record('StackFrame', {
  service: 'u16',
  operation: 'u16',
  step: 'u16',
  slots: 'u16',
  /** The frame below, or 0. */
  below: 'u32',
  /** The domain in which it executes. */
  domain: 'u32',
  /** The gate by which it was entered: index among the gates in use. */
  gate: 'u32',
  /** The thread that waits for the reply when it is not the one that executes; else 0. */
  client: 'u32',
  /** MessageState: while it is a message, on its sender's stack, and while a server's program works on it. */
  message: 'u32',
  /** How often it was sent in vain, because a server died over it. */
  attempts: 'u32',
  /** 1 when whoever asked has died: the reply, whatever it is, becomes EIO for whom that one worked for. */
  orphaned: 'u32',
  /** A fault that is to happen at its first step: FaultKind. */
  fault: 'u32',
});

/** Domains of a plan, programs' own included as number 0. */
export const MOST_DOMAINS = 16;

/** The root of the kernel: the one address from which everything can be found. */
export const KernelRoot = record('KernelRoot', {
  magic: 'u32',
  /** First frame of the resource set and their number. */
  firstFrame: 'u32',
  frameCount: 'u32',
  /** Physical address of the frame table, and the frame that its first entry describes. */
  frameTable: 'u32',
  /** First free frame, and the first never used. */
  freeFrame: 'u32',
  untouched: 'u32',
  freeCount: 'u32',
  /** Free frames that only the kernel's own records and stacks may take, so that what ends can end. */
  leastFree: 'u32',
  firstThread: 'u32',
  lastThread: 'u32',
  nextThreadId: 'u32',
  threadCount: 'u32',
  firstBeneficiary: 'u32',
  kernelBeneficiary: 'u32',
  /** Bills of processes that are gone, and the one in which the oldest of them are summed up (0 before there are many). */
  endedBills: 'u32',
  earlierBeneficiary: 'u32',
  /** Timer tree. */
  timers: 'u32',
  /** Counts for the report. */
  switches: 'integer',
  faults: 'integer',
  copies: 'integer',
  bytesCopied: 'integer',
  crossings: { array: 'integer', length: 8 },
  /** Requests between domains: [from plan][to plan], MOST_DOMAINS in a row; 0 is programs. */
  traffic: { array: 'integer', length: 256 },
  /** Threads that wait for what another one has (Thread.waitsFor). */
  donors: 'u32',
  /** When threads are next looked through for some that starve. */
  starvationCheck: 'integer',
  /** The domains of the plan, by index; the service roots, by service index; the policy's root. */
  domains: { array: 'u32', length: 16 },
  services: { array: 'u32', length: 32 },
  policy: 'u32',
  /** By device: the wait queue of whoever serves its interrupts, or 0. */
  lines: { array: 'u32', length: 8 },
  /** What the thread that has dead servers made again sleeps on. */
  deaths: { embedded: WaitQueue },
  /** Tree of keepsakes by handle (keepsakes.ts). */
  keepsakes: 'u32',
  /** Requests to each service, counted while faults are to be injected. */
  requests: { array: 'integer', length: 16 },
  /** A page through which messages pass, when domains are joined by IPC. */
  messageBuffer: 'u32',
  /** State of the generator behind choices. */
  seedLow: 'u32',
  seedHigh: 'u32',
  nextTag: 'u32',
  /** What the native interfaces have made (native/records.ts), and their calls by number, whoever answered. */
  native: 'u32',
  nativeCalls: { array: 'integer', length: 64 },
  /** 0 while the machine goes on; else 1 + the status with which it ends. */
  ending: 'u32',
  panicked: 'u32',
});
