/** The process service as code, and its boot. */
import type { Kernel } from '../../kernel/kernel.ts';
import type { ServiceCode } from '../../kernel/registry.ts';
import { identityOperations } from './identity.ts';
import { lifeOperations } from './life.ts';
import { limitOperations } from './limits.ts';
import { queryOperations } from './queries.ts';
import { ProcessesRoot } from './records.ts';
import { waitOperations } from './waiting.ts';

export const processService: ServiceCode = {
  name: 'processes',
  operations: [
    ...lifeOperations,
    ...waitOperations,
    ...queryOperations,
    ...limitOperations,
    ...identityOperations,
  ],
};

/** Makes the service's root record. Called once, before the first process. */
export function bootProcesses(k: Kernel): void {
  const root = k.slab.allocate(k.homeOf('processes'), ProcessesRoot.size);
  k.setServiceRoot('processes', root);
  ProcessesRoot.at(k.store, root).nextNumber = 1;
}
