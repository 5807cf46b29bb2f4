/** The network service as code, and its boot. */
import type { Kernel } from '../../kernel/kernel.ts';
import type { ServiceCode } from '../../kernel/registry.ts';
import { makeLoopback } from './link/links.ts';
import { timerOperations } from './packets/tcp/timekeeper.ts';
import { NetworkRoot } from './records.ts';
import { connectingOperations } from './sockets/connecting.ts';
import { draftOperations } from './sockets/drafts.ts';
import { listingOperations } from './sockets/listing.ts';
import { openingOperations } from './sockets/opening.ts';
import { optionOperations } from './sockets/options.ts';
import { pollingOperations } from './sockets/polling.ts';
import { receivingOperations } from './sockets/receiving.ts';
import { sendOperation } from './sockets/sending.ts';
import type { Supply } from './wiring.ts';

/** @param supply the memory service's `supply`. */
export function networkService(supply: Supply): ServiceCode {
  return {
    name: 'network',
    revival: { lost: 'sockets and what was in them', boot: bootNetwork },
    operations: [
      ...openingOperations,
      ...connectingOperations,
      sendOperation(supply),
      ...receivingOperations(supply),
      ...draftOperations(supply),
      ...optionOperations,
      ...pollingOperations,
      ...listingOperations,
      ...timerOperations,
    ],
  };
}

/** Makes the service's root record. Called once, before the first program. */
export function bootNetwork(k: Kernel): void {
  const address = k.slab.allocate(k.homeOf('network'), NetworkRoot.size);
  if (address === 0) throw new Error('no memory for the network');
  k.setServiceRoot('network', address);
  makeLoopback(k, k.homeOf('network'));
}
