/** All calls about files and descriptors, and the operations behind them. */
import type { Operation } from '../../kernel/operation.ts';
import type { SystemCall } from '../call.ts';
import { pollCalls, pollOperations } from '../poll/index.ts';
import { socketCalls, socketOperations } from '../sockets/index.ts';
import { attributeFamily } from './attributes.ts';
import { controlOperations, fcntl } from './control.ts';
import { copyingCalls, copyingOperations } from './copying.ts';
import { directoryCalls, directoryOperations } from './directories.ts';
import { duplicatingCalls, duplicatingOperations } from './duplicating.ts';
import { fifoOperations } from './fifos.ts';
import { jobOperations } from './job-control.ts';
import { lockCalls, lockOperations } from './locks.ts';
import { mountingCalls } from './mounting.ts';
import { namingCalls, namingOperations } from './naming.ts';
import { openingCalls, openingOperations } from './opening.ts';
import { positionCalls, positionOperations } from './positions.ts';
import { ioctl, requestOperations } from './requests.ts';
import { sizingCalls, sizingOperations } from './sizing.ts';
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
  ...controlOperations,
  ...requestOperations,
  ...jobOperations,
  ...positionOperations,
  ...statusOperations,
  ...directoryOperations,
  ...namingOperations,
  ...sizingOperations,
  ...copyingOperations,
  ...pollOperations,
  ...socketOperations,
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
  ...attributeFamily,
  ...sizingCalls,
  ...copyingCalls,
  ...mountingCalls,
  ...pollCalls,
  ...socketCalls,
];
