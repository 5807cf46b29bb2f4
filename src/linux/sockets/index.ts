/** Sockets of the personality: their calls, and the operations behind them. */
import type { Operation } from '../../kernel/operation.ts';
import type { SystemCall } from '../call.ts';
import { addressOperations } from './addresses.ts';
import { connectingCalls, connectingOperations } from './connecting.ts';
import { controlOperations } from './control.ts';
import { creatingCalls, creatingOperations } from './creating.ts';
import { headerCalls, headerOperations } from './headers.ts';
import { socketOptionCalls, socketOptionOperations } from './options.ts';
import { pieceOperations } from './pieces.ts';
import { socketTransferCalls, socketTransferOperations } from './transfer.ts';

export const socketOperations: readonly Operation[] = [
  ...addressOperations,
  ...creatingOperations,
  ...connectingOperations,
  ...socketTransferOperations,
  ...controlOperations,
  ...socketOptionOperations,
  ...pieceOperations,
  ...headerOperations,
];

export const socketCalls: readonly SystemCall[] = [
  ...creatingCalls,
  ...connectingCalls,
  ...socketTransferCalls,
  ...socketOptionCalls,
  ...headerCalls,
];
