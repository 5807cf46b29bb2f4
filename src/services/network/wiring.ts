/** What the service is handed, and what several of its operations share. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import {
  type OperationReference,
  type OutcomeNumber,
  type Reply,
  type Span,
  WakeReason,
} from '../../contracts/service.ts';
import { type Cycles, NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';

/** What the service needs of whoever supplies absent pages (the memory service's `supply`). */
export type Supply = OperationReference<{
  space: 'number';
  address: 'number';
  length: 'number';
  access: 'number';
}>;

/** Asks for the pages of a span from `offset` on, to be written or read; `supplied` goes on. */
export function supplyRest(
  k: Kernel,
  supply: Supply,
  span: Span,
  offset: number,
  length: number,
  writes: boolean,
): OutcomeNumber {
  const access = writes ? Access.write : Access.read;
  return k.call(supply, { space: span.space, address: span.start + offset, length, access }, 'supplied');
}

/** What a call of `supply` brought: 0 to go on, or the error to end with. */
export function supplyError(reply: Reply): number {
  if (reply.error !== 0) return ErrorNumber.EFAULT;
  return reply.value > 0 ? 0 : ErrorNumber.EFAULT;
}

/** The end of a wait of `timeout` cycles that begins now; 0 is for ever. */
export function waitUntil(k: Kernel, timeout: number): Cycles {
  return timeout === 0 ? NEVER : k.now + timeout;
}

/** The error that a wait ended with, or 0 when it was woken. Calls with a limit in time are not started again (signal(7)). */
export function wakeError(reply: Reply, until: Cycles): number {
  if (reply.value === WakeReason.deadline) return ErrorNumber.EAGAIN;
  if (reply.value !== WakeReason.interrupted) return 0;
  return until === NEVER ? ErrorNumber.ERESTART : ErrorNumber.EINTR;
}
