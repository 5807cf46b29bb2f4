/**
 * The memory service for real memory: the same interface, over a chain of memory control blocks instead of page tables.
 */
import type { ServiceCode } from '../../../kernel/registry.ts';
import type { MemoryWiring } from '../wiring.ts';
import {
  adviseOperation,
  forgetFileOperation,
  protectOperation,
  remapOperation,
  synchroniseOperation,
  unmapOperation,
} from './change.ts';
import { mapStackOperation, setBreakOperation, setLimitsOperation, startBreakOperation } from './growth.ts';
import { createOperation, destroyOperation, forkOperation, shareOperation } from './life.ts';
import { mapOperation } from './map.ts';
import {
  faultOperation,
  figuresOperation,
  freezeOperation,
  presentOperation,
  regionsOperation,
  residencyOperation,
  supplyOperation,
  thawOperation,
} from './queries.ts';
import { swapOperations } from './swap.ts';

export function realMemoryService(wiring: MemoryWiring): ServiceCode {
  return {
    name: 'memory',
    operations: [
      createOperation,
      shareOperation,
      forkOperation,
      destroyOperation(wiring),
      mapOperation(wiring),
      unmapOperation,
      protectOperation,
      remapOperation,
      setBreakOperation,
      startBreakOperation,
      mapStackOperation,
      adviseOperation,
      synchroniseOperation,
      forgetFileOperation,
      residencyOperation,
      supplyOperation,
      faultOperation,
      figuresOperation,
      presentOperation,
      regionsOperation,
      freezeOperation,
      thawOperation,
      setLimitsOperation,
      ...swapOperations(wiring),
    ],
  };
}
