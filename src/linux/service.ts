/** The Linux personality as one service: its calls, and the operations behind them. */
import type { ServiceCode } from '../kernel/registry.ts';
import { bootOperations, type LinuxPlan } from './boot.ts';
import { fileOperations } from './calls/files.ts';
import { deviceOperations } from './devices.ts';
import { collectOperations } from './exec/collect.ts';
import { execOperations } from './exec/exec.ts';
import { imageOperations } from './exec/image.ts';
import { loadOperations } from './exec/load.ts';
import { stackOperations } from './exec/stack.ts';
import { futexOperations } from './futex/index.ts';
import { relieveOperation } from './memory-pressure/index.ts';
import { openFileOperations } from './open-files.ts';
import { personalityOperations } from './personality.ts';
import { cloneOperations } from './processes/clone.ts';
import { exitOperations } from './processes/exit.ts';
import { memoryLimitOperations } from './processes/memory-limits.ts';
import { procfsOperations } from './procfs/index.ts';
import { recoverOperation } from './recovery.ts';
import { signalOperations } from './signals/index.ts';
import { systemCalls } from './table.ts';
import { timeOperations } from './time/index.ts';
import type { Tracer } from './trace.ts';
import { userMemoryOperations } from './user-memory.ts';
import { vdsoOperations } from './vdso/page.ts';

export interface LinuxWiring {
  readonly plan: LinuxPlan;
  readonly tracer?: Tracer | undefined;
  /** Tells whoever started the machine something about it. */
  readonly say: (message: string) => void;
}

export function linuxService(wiring: LinuxWiring): ServiceCode {
  return {
    name: 'linux',
    operations: [
      ...personalityOperations(systemCalls, wiring.tracer),
      ...userMemoryOperations,
      ...openFileOperations,
      ...fileOperations,
      ...deviceOperations,
      ...imageOperations,
      ...loadOperations,
      ...stackOperations,
      ...collectOperations,
      ...vdsoOperations,
      ...execOperations,
      ...cloneOperations,
      ...exitOperations,
      ...signalOperations(wiring.tracer),
      ...futexOperations,
      ...timeOperations,
      ...procfsOperations,
      ...memoryLimitOperations,
      relieveOperation(wiring.say),
      ...bootOperations(wiring.plan, wiring.say),
      recoverOperation(wiring.plan, wiring.say),
      ...[...systemCalls.values()].map((call) => call.operation),
    ],
  };
}
