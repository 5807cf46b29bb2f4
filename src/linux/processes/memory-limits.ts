/** RLIMIT_AS, RLIMIT_DATA and RLIMIT_STACK: a process's limits brought to the address space that they are about. */
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from '../../services/memory/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { internal } from '../internal.ts';
import { Resource } from '../resources.ts';

/** Is it a limit that the memory service must know of? */
export function limitsMemory(resource: number): boolean {
  return resource === Resource.addressSpace || resource === Resource.data || resource === Resource.stack;
}

const limitMemory = operation(internal.limitMemory, ['addressSpace', 'data'], {
  begin(k, { process }) {
    return k.call(processes.limit, { process, resource: Resource.addressSpace }, 'address space');
  },
  'address space'(k, f, reply) {
    f.addressSpace = reply.value;
    return k.call(processes.limit, { process: f.process, resource: Resource.data }, 'data');
  },
  data(k, f, reply) {
    f.data = reply.value;
    return k.call(processes.limit, { process: f.process, resource: Resource.stack }, 'stack');
  },
  stack(k, f, reply) {
    const { space, addressSpace, data } = f;
    return k.call(memory.setLimits, { space, addressSpace, data, stack: reply.value }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

export const memoryLimitOperations: readonly Operation[] = [limitMemory];
