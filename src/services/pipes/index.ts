/** The pipes service as code: all its state is in the pipes' own records, so it needs no boot and has no root. */
import type { ServiceCode } from '../../kernel/registry.ts';
import { endOperations } from './ends.ts';
import { type Supply, transferOperations } from './transfer.ts';

/** @param supply the memory service's `supply`. */
export function pipeService(supply: Supply): ServiceCode {
  return {
    name: 'pipes',
    revival: { lost: 'pipes and what was in them' },
    operations: [...endOperations, ...transferOperations(supply)],
  };
}
