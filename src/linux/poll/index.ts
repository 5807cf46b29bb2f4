/** Waiting for several descriptors: ppoll and pselect6. */
import type { Operation } from '../../kernel/operation.ts';
import type { SystemCall } from '../call.ts';
import { eventfd2, eventOperations } from './events.ts';
import { momentOperations } from './moments.ts';
import { ppoll } from './poll.ts';
import { pselect6 } from './select.ts';
import { signalFileCalls, signalFileOperations } from './signal-files.ts';
import { timerFileCalls, timerFileOperations } from './timer-files.ts';
import { waitingOperations } from './waiting.ts';

export const pollOperations: readonly Operation[] = [
  ...waitingOperations,
  ...momentOperations,
  ...eventOperations,
  ...timerFileOperations,
  ...signalFileOperations,
];
export const pollCalls: readonly SystemCall[] = [
  ppoll,
  pselect6,
  eventfd2,
  ...timerFileCalls,
  ...signalFileCalls,
];
