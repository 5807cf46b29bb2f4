/**
 * Where the machine enters the kernel: the operations behind traps and interrupts, and the interfaces that they call.
 *
 * Whatever a structure leaves outside the kernel, these stay in it: a page fault is asked of the memory service first, and
 * what it does not mend is the personality's exception. A personality is any service that implements `personality`.
 */
import { TrapCause } from '../contracts/machine.ts';
import { serviceInterface } from '../contracts/service.ts';
import type { Kernel } from './kernel.ts';
import { nativeOperations } from './native/index.ts';
import { isObjectFault, objectFault } from './native/object-fault.ts';
import { pagerAnswered, pagerCall, pagerRequest } from './native/pager.ts';
import { KernelRoot } from './objects.ts';
import { operation } from './operation.ts';
import type { ServiceCode } from './registry.ts';
import { supervisionWith } from './supervisor.ts';

/** What the kernel asks of the personality that programs see. */
export const personality = serviceInterface('linux', {
  /** The program of the calling thread asks for a service: its registers say which. */
  systemCall: {},
  /** An exception that nobody mends; for page faults, `error` says why. */
  exception: { cause: 'number', valueLow: 'number', valueHigh: 'number', error: 'number' },
  /** The thread's attention bits are set and it is about to return to its program. */
  attention: {},
  /** A service, by its number in the registry, has begun anew: what the personality had made there is to be made again. */
  recover: { service: 'number' },
});

/** What the kernel asks of whoever supplies pages. */
export const pager = serviceInterface('memory', {
  /**
   * Makes the page at `address` present for an access of AccessKind, or fails: EFAULT (nothing mapped there), EACCES (not
   * with this right), ENOMEM, EIO (the page could not be read; beyond the end of its file). Value: 1 when it had to be read.
   */
  fault: { space: 'number', address: 'number', access: 'number' },
});

const kernelInterface = serviceInterface('kernel', {
  trap: { cause: 'number', valueLow: 'number', valueHigh: 'number' },
});
export const { trap } = kernelInterface;

const FAULT_ACCESS: { readonly [cause: number]: number } = {
  [TrapCause.loadPageFault]: 0,
  [TrapCause.storePageFault]: 1,
  [TrapCause.instructionPageFault]: 2,
};

function spaceOf(k: Kernel): number {
  return k.spaceOf(k.thread);
}

const trapOperation = operation(kernelInterface.trap, [], {
  begin(k, f) {
    const access = FAULT_ACCESS[f.cause];
    if (access === undefined) return k.call(personality.exception, { ...exceptionOf(f), error: 0 }, 'finish');
    KernelRoot.at(k.meter.observer, k.rootAddress).faults += 1;
    const address = f.valueHigh * 2 ** 32 + f.valueLow;
    const request = pagerRequest(k, address, access);
    if (request !== undefined) return k.call(pagerCall, request, 'paged');
    const space = spaceOf(k);
    const supplier = isObjectFault(k, space, address) ? objectFault : pager.fault;
    return k.call(supplier, { space, address, access }, 'supplied');
  },
  supplied(k, f, reply) {
    if (reply.error === 0) {
      const thread = k.threads.at(k.thread);
      thread.faults += 1;
      if (reply.value !== 0) thread.majorFaults += 1;
      return k.done();
    }
    return k.call(personality.exception, { ...exceptionOf(f), error: reply.error }, 'finish');
  },
  paged(k, f, reply) {
    const error = pagerAnswered(k, reply.value);
    if (error !== 0) return k.call(personality.exception, { ...exceptionOf(f), error }, 'finish');
    k.threads.at(k.thread).faults += 1;
    return k.done();
  },
  finish(k) {
    return k.done();
  },
});

function exceptionOf(f: { cause: number; valueLow: number; valueHigh: number }) {
  return { cause: f.cause, valueLow: f.valueLow, valueHigh: f.valueHigh };
}

/** The kernel's own operations, as a service that every structure places in its kernel domain. */
export const kernelService: ServiceCode = {
  name: 'kernel',
  operations: [trapOperation, ...supervisionWith(personality.recover), ...nativeOperations],
};
