/**
 * The process service: process control blocks, the tree of processes, their ends and who waits for them.
 *
 * A process is named by its record. `personality` is a word that the personality keeps with it. Error numbers are those of
 * the Linux call of the same meaning.
 */
import { serviceInterface } from '../../contracts/service.ts';

export const processes = serviceInterface('processes', {
  /** A child of `parent` (0 for the first process) with its credentials, group, session and limits. Value: the process; second: its number. EAGAIN, ENOMEM. */
  create: { parent: 'number' },
  /** Whether a process's parent is told of its end by another signal than SIGCHLD or by none: wait(2) finds it with __WCLONE or __WALL only. */
  setClone: { process: 'number', on: 'number' },
  /** Undoes `create` for a process that never ran. */
  discard: { process: 'number' },
  /** A number for another thread of a process: threads and processes share one space of numbers. */
  newNumber: {},
  attach: { process: 'number', thread: 'number' },
  /** Value: threads that remain. */
  detach: { process: 'number', thread: 'number' },
  /** It leaves a space in which so many pages were present at most. */
  notePeak: { process: 'number', pages: 'number' },
  /** Its last thread is gone: it becomes a zombie with a wait(2) status; children go to the first process. Value: its parent; second: the parent's personality word, so that it can be told before `announce`. */
  exit: { process: 'number', status: 'number', autoReap: 'number' },
  /** A stop or a continuation that the parent may wait for; `status` as wait(2) shows it. Value: parent; second: its personality word. Nobody is woken before `announce`. */
  report: { process: 'number', status: 'number', continued: 'number' },
  /** Wakes the process of a number when it waits for children: one has ended, stopped or gone on. */
  announce: { id: 'number' },
  /** wait4 and waitid. Value: the child's number or 0 (WaitOption.noHang); a WaitFigures record is put into the span. ECHILD. */
  wait: { process: 'number', kind: 'number', id: 'number', options: 'number', into: 'span' },
  /** The process of a number, alive or not; second: its personality word. ESRCH. */
  find: { id: 'number' },
  /** The process after one (0: the first) that ProcessFilter accepts. Value: the process or 0; second: its personality word. */
  next: { after: 'number', filter: 'number', id: 'number' },
  /** Value: what ProcessField names. */
  get: { process: 'number', field: 'number' },
  setPersonality: { process: 'number', word: 'number' },
  /** Whether orphans among the process's descendants become its children (PR_SET_CHILD_SUBREAPER). */
  setReaper: { process: 'number', on: 'number' },
  /** The name in bills and in procfs: the first 15 bytes. */
  rename: { process: 'number', name: 'span' },
  setGroup: { caller: 'number', id: 'number', group: 'number' },
  setSession: { process: 'number' },
  /** A change of user or group numbers: CredentialCall says which call; -1 leaves a number alone. EPERM. */
  setIdentity: { process: 'number', call: 'number', first: 'number', second: 'number', third: 'number' },
  /** getgroups and setgroups: u32 numbers in the span. Value: their count. */
  groups: { process: 'number', set: 'number', count: 'number', list: 'span' },
  /** Value: the soft limit; second: the hard one; Infinity is none. */
  limit: { process: 'number', resource: 'number' },
  setLimit: { process: 'number', resource: 'number', soft: 'number', hard: 'number' },
  /** A UsageFigures record of the process itself (0), its reaped children (1), or the calling thread (2). */
  usage: { process: 'number', whose: 'number', into: 'span' },
  /** Everything about the process of a number, as a ProcessFigures record. ESRCH. */
  figures: { id: 'number', into: 'span' },
  /** Value: the least number of a process that is at least `id`; 0 when there is none. */
  numberFrom: { id: 'number' },
});

export const WaitKind = { any: 0, process: 1, group: 2 } as const;
/** Options of waitid(2) and wait4(2) (linux/wait.h). */
export const WaitOption = {
  noHang: 1,
  stopped: 2,
  exited: 4,
  continued: 8,
  noWait: 0x0100_0000,
  noThread: 0x2000_0000,
  all: 0x4000_0000,
  clone: 0x8000_0000,
} as const;
export const ProcessFilter = { all: 0, group: 1, session: 2, user: 3, children: 4 } as const;
export const ProcessField = {
  id: 0,
  parent: 1,
  group: 2,
  session: 3,
  personality: 4,
  threads: 5,
  domain: 6,
  beneficiary: 7,
  firstThread: 8,
  state: 9,
  childQueue: 10,
  startTime: 11,
  parentProcess: 12,
  parentPersonality: 13,
  /** 1 when no member of its group has a parent in another group of the session: nobody could continue it. */
  groupOrphaned: 14,
} as const;
export const CredentialCall = {
  setUser: 0,
  setRealEffectiveUser: 1,
  setAllUsers: 2,
  setFilesystemUser: 3,
  setGroup: 4,
  setRealEffectiveGroup: 5,
  setAllGroups: 6,
  setFilesystemGroup: 7,
  /** A program begins, with effective user `first` and group `second`: they are saved, too. The parent is told of its end by SIGCHLD. */
  execute: 8,
} as const;
