/** Records that the process service puts into spans of its callers. Times are cycles. */
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
});

export const UsageFigures = record('UsageFigures', {
  cyclesUser: 'integer',
  cyclesKernel: 'integer',
  instructions: 'integer',
  switches: 'integer',
});
