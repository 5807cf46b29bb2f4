/** Records that the process service puts into spans of its callers. Times are cycles. */
import { Credentials } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';

/** What `wait` puts into its span. */
export const WaitFigures = record('WaitFigures', {
  id: 'u32',
  status: 'u32',
  /** Real user of the child. */
  user: 'u32',
  /** 0 ended, 1 stopped, 2 continued. */
  how: 'u32',
  cyclesUser: 'integer',
  cyclesKernel: 'integer',
  faults: 'u32',
  majorFaults: 'u32',
  peakPages: 'u32',
});

export const UsageFigures = record('UsageFigures', {
  cyclesUser: 'integer',
  cyclesKernel: 'integer',
  instructions: 'integer',
  switches: 'integer',
  faults: 'u32',
  majorFaults: 'u32',
  /** The most pages in a space that was left: the present one is the memory service's to tell of. */
  peakPages: 'u32',
});

/** What `figures` tells of a process, alive or not yet waited for, as of one instant. */
export const ProcessFigures = record('ProcessFigures', {
  process: 'u32',
  id: 'u32',
  /** Number of its parent, 0 when it has none. */
  parent: 'u32',
  group: 'u32',
  session: 'u32',
  /** 1 when it has ended and is not yet waited for. */
  zombie: 'u32',
  threads: 'u32',
  personality: 'u32',
  /** wait(2) status of one that has ended. */
  status: 'u32',
  switches: 'u32',
  started: 'integer',
  /** Time of its threads, those that are gone included, and of the children that it waited for. */
  cyclesUser: 'integer',
  cyclesKernel: 'integer',
  childrenUser: 'integer',
  childrenKernel: 'integer',
  credentials: { embedded: Credentials },
  /** Resource limits by number. */
  soft: { array: 'integer', length: 16 },
  hard: { array: 'integer', length: 16 },
  name: { array: 'u8', length: 32 },
});
