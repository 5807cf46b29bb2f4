/**
 * The files service carried out by a server's program (programs/servers/files) instead of the steps beside this file: the same
 * interface, which is numbered here in its order as the program's operations.h does.
 */
import type { ServiceCode } from '../../kernel/registry.ts';
import { userService } from '../../kernel/user-server-service.ts';
import { files, suppliedTree } from './interface.ts';
import type { FilesParts, SupplyReference } from './wiring.ts';

export function filesProgram(
  program: () => Uint8Array,
  parts: FilesParts & { readonly supply: SupplyReference },
): ServiceCode {
  return userService({
    name: 'files',
    program,
    operations: Object.values(files),
    asks: Object.values(suppliedTree),
    asksForHandles: [suppliedTree.follow],
    supply: parts.supply,
    layers: parts.layers,
    epoch: parts.epoch,
    revival: { lost: 'files that were only in memory, open files, locks' },
  });
}
