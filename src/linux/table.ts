/** Every system call that the personality carries out, by number; src/linux/absent.ts names the others. */
import type { SystemCall } from './call.ts';
import { fileCalls } from './calls/files.ts';
import { identityCalls } from './calls/identity.ts';
import { memoryCalls } from './calls/memory.ts';
import { processCalls } from './calls/processes.ts';
import { systemInformationCalls } from './calls/system.ts';
import { futexCalls } from './futex/index.ts';
import { signalCalls } from './signals/index.ts';
import { schedulerCalls, timeCalls } from './time/index.ts';

function byNumber(calls: readonly SystemCall[]): ReadonlyMap<number, SystemCall> {
  const table = new Map<number, SystemCall>();
  for (const call of calls) {
    if (table.has(call.number)) throw new Error(`two calls have number ${call.number}: ${call.name}`);
    table.set(call.number, call);
  }
  return table;
}

export const systemCalls: ReadonlyMap<number, SystemCall> = byNumber([
  ...fileCalls,
  ...memoryCalls,
  ...processCalls,
  ...identityCalls,
  ...systemInformationCalls,
  ...signalCalls,
  ...futexCalls,
  ...timeCalls,
  ...schedulerCalls,
]);
