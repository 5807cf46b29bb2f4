/**
 * The memory service put together: every operation of its interface.
 *
 * Its state is in records only: those of records.ts, found from AddressSpace records and the service's root.
 */
import type { ServiceCode } from '../../kernel/registry.ts';
import { adviseOperation } from './advise.ts';
import { faultOperation, supplyOperation } from './fault.ts';
import { forgetFileOperation } from './forget-file.ts';
import { forkOperation } from './fork.ts';
import { mapStackOperation, setBreakOperation, setLimitsOperation, startBreakOperation } from './growth.ts';
import { createOperation, destroyOperation, shareOperation } from './life.ts';
import { mapOperation } from './map.ts';
import { protectOperation } from './protect.ts';
import {
  figuresOperation,
  freezeOperation,
  presentOperation,
  regionsOperation,
  residencyOperation,
  thawOperation,
} from './queries.ts';
import { remapOperation } from './remap.ts';
import { synchroniseOperation } from './synchronise.ts';
import { unmapOperation } from './unmap.ts';
import type { MemoryWiring } from './wiring.ts';

export type { MemoryWiring } from './wiring.ts';

export function memoryService(wiring: MemoryWiring): ServiceCode {
  return {
    name: 'memory',
    operations: [
      createOperation,
      shareOperation,
      forkOperation(wiring),
      destroyOperation(wiring),
      mapOperation(wiring),
      unmapOperation(wiring),
      protectOperation(wiring),
      remapOperation(wiring),
      setBreakOperation,
      startBreakOperation,
      mapStackOperation,
      adviseOperation(wiring),
      synchroniseOperation(wiring),
      residencyOperation,
      supplyOperation,
      faultOperation(wiring),
      presentOperation,
      figuresOperation,
      regionsOperation,
      freezeOperation,
      thawOperation,
      setLimitsOperation,
      forgetFileOperation,
    ],
  };
}
