/** Waiting for several descriptors: ppoll, pselect6, epoll; eventfd. */
import type { Operation } from '../../kernel/operation.ts';
import type { SystemCall } from '../call.ts';
import { epollControlCalls, epollControlOperations } from './epoll-control.ts';
import { epollWaitingCalls, epollWaitingOperations } from './epoll-waiting.ts';
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
  ...epollControlOperations,
  ...epollWaitingOperations,
  ...timerFileOperations,
  ...signalFileOperations,
];
export const pollCalls: readonly SystemCall[] = [
  ppoll,
  pselect6,
  eventfd2,
  ...epollControlCalls,
  ...epollWaitingCalls,
  ...timerFileCalls,
  ...signalFileCalls,
];
