/** The making and the end of programs' spaces in real memory. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { AddressSpace } from '../../../kernel/objects.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { memory } from '../interface.ts';
import type { MemoryWiring } from '../wiring.ts';
import { Chain } from './chain.ts';
import { makeSpace, realSpace } from './space.ts';
import { dropSwapped, swap } from './swap.ts';

export const createOperation: Operation = operation(memory.create, [], {
  begin(k) {
    const space = makeSpace(k);
    return space === 0 ? k.fail(ErrorNumber.ENOMEM) : k.done(space);
  },
});

/** A copy would have to be at the same addresses. */
export const forkOperation: Operation = operation(memory.fork, [], {
  begin: (k) => k.fail(ErrorNumber.ENOSYS),
});

export const shareOperation: Operation = operation(memory.share, [], {
  begin(k, f) {
    realSpace(k, f.space).others += 1;
    return k.done();
  },
});

function forget(k: Kernel, space: PhysicalAddress): void {
  k.slab.release(AddressSpace.at(k.store, space).map);
  k.slab.release(space);
}

/** Frees the blocks; what was swapped out of it is given up, and what it had displaced comes back. */
export function destroyOperation(wiring: MemoryWiring): Operation {
  return operation(memory.destroy, [], {
    begin(k, f) {
      const view = realSpace(k, f.space);
      if (view.others === 0) return k.goto('release');
      view.others -= 1;
      return k.done();
    },
    release(k, f) {
      const chain = new Chain(k);
      const [block] = chain.ownedBy(f.space);
      if (block === undefined) return k.goto('drop');
      chain.release(block, block.start, block.end);
      return k.goto('release');
    },
    drop(k, f) {
      const file = dropSwapped(k, f.space);
      return file === 0 ? k.goto('restore') : k.call(wiring.backing.release, { node: file }, 'drop');
    },
    restore(k, f) {
      return k.call(swap.bringBack, { space: f.space }, 'forget');
    },
    forget(k, f, reply) {
      if (reply.error !== 0)
        throw new Error(`a program that was swapped out cannot be brought back: error ${reply.error}`);
      forget(k, f.space);
      return k.done();
    },
  });
}
