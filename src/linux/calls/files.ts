/** All calls about files and descriptors, and the operations behind them. */
import type { Operation } from '../../kernel/operation.ts';
import type { SystemCall } from '../call.ts';
import { pollCalls, pollOperations } from '../poll/index.ts';
import { fcntl } from './control.ts';
import { directoryCalls, directoryOperations } from './directories.ts';
import { duplicatingCalls, duplicatingOperations } from './duplicating.ts';
import { fifoOperations } from './fifos.ts';
import { lockCalls, lockOperations } from './locks.ts';
import { namingCalls, namingOperations } from './naming.ts';
import { openingCalls, openingOperations } from './opening.ts';
import { positionCalls, positionOperations } from './positions.ts';
import { ioctl, requestOperations } from './requests.ts';
import { statusCalls, statusOperations } from './status.ts';
import { subjectOperations } from './subjects.ts';
import { transferCalls, transferOperations } from './transfer.ts';
import { vectorCalls, vectorOperations } from './vectors.ts';

export const fileOperations: readonly Operation[] = [
  ...transferOperations,
  ...vectorOperations,
  ...subjectOperations,
  ...openingOperations,
  ...fifoOperations,
  ...duplicatingOperations,
  ...lockOperations,
  ...requestOperations,
  ...positionOperations,
  ...statusOperations,
  ...directoryOperations,
  ...namingOperations,
  ...pollOperations,
];

export const fileCalls: readonly SystemCall[] = [
  ...transferCalls,
  ...vectorCalls,
  ...openingCalls,
  ...duplicatingCalls,
  fcntl,
  ...lockCalls,
  ioctl,
  ...positionCalls,
  ...statusCalls,
  ...directoryCalls,
  ...namingCalls,
  ...pollCalls,
];
