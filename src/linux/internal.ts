/** Operations that system calls of the personality call among themselves. Not seen by programs. */
import { serviceInterface } from '../contracts/service.ts';

export const internal = serviceInterface('linux', {
  /** Copies a NUL-ended string of the calling program to `into` (physical). Value: its length. EFAULT; ENAMETOOLONG when it has no end within `capacity` bytes. */
  readString: { address: 'number', into: 'number', capacity: 'number' },
  /** Copies all of a span of the program to or from memory of the personality, supplying pages. EFAULT. */
  readUser: { address: 'number', into: 'number', length: 'number' },
  writeUser: { address: 'number', from: 'number', length: 'number' },
  /** Gives back one hold of an open file description; the last one closes what it is open on. */
  closeFile: { file: 'number' },
  /** Gives back a description that was taken out of a table. */
  closeDescriptor: { file: 'number', table: 'number' },
  /** Closes every descriptor of a table, or those marked close-on-exec; a table closed whole is given back. */
  closeAll: { table: 'number', marked: 'number' },
  /** Gives back one user's hold of a Paths record and, with the last, of its nodes. */
  releasePaths: { paths: 'number' },
  /** Ends the calling thread, and its process when it is the last one. Never replies. */
  exitThread: { status: 'number' },
  /** Replaces the program of the calling thread: path in `path` (physical, NUL-ended), strings in an argument block. */
  exec: { path: 'number', pathLength: 'number', block: 'number', base: 'number', flags: 'number' },
  /** Reads argv and envp of a program into an argument block. Value: the block. E2BIG, EFAULT, ENOMEM. */
  collectArguments: { argumentList: 'number', environmentList: 'number' },
  /** Tells an address space the limits of a process on memory. */
  limitMemory: { process: 'number', space: 'number' },
  /** clone(2): makes a process or a thread. Value: its number. */
  clone: { flags: 'number', stack: 'number', parentId: 'number', tls: 'number', childId: 'number' },
  /** The first thing that a thread made by clone does: tells its number to its program's memory. */
  startChild: { childId: 'number' },
  /** The first thing that the main program's thread does: exec with the workbench's strings. */
  startMain: { block: 'number' },
  /** The first process: reaps orphans, and ends the machine with the main process. */
  init: {},
  /** Opens descriptors 0, 1 and 2 on the console. */
  openConsole: { process: 'number' },
  /** Wakes at most `count` threads that wait on a futex word of a process, where their bit sets meet `bits`. Value: how many. */
  wakeFutex: { space: 'number', address: 'number', count: 'number', bits: 'number' },
  /**
   * Sends a signal to a process, or to one thread of it when `thread` is not 0 (addresses of records), with SI_* code and the
   * sender's number and real user. ESRCH when the process has gone.
   */
  sendSignal: {
    process: 'number',
    thread: 'number',
    signal: 'number',
    code: 'number',
    sender: 'number',
    user: 'number',
    value: 'number',
  },
  /** Delivers what is pending to the calling thread. */
  deliver: {},
});
