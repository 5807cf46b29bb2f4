/** Moving bytes between the calling program and the personality, with pages supplied on the way. */
import { ErrorNumber } from '../contracts/errors.ts';
import { Access } from '../contracts/machine.ts';
import { type OutcomeNumber, SpanRight } from '../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import { memory } from '../services/memory/interface.ts';
import { internal } from './internal.ts';
import { userSpan } from './state.ts';

/** The first NUL among bytes at hand: its index, or -1. */
function findEnd(k: Kernel, start: PhysicalAddress, length: number): number {
  k.examine(length);
  return k.memory.bytes(start, length).indexOf(0);
}

const readString = operation(internal.readString, ['done'], {
  begin(k, f) {
    while (f.done < f.capacity) {
      const at = f.address + f.done;
      const room = Math.min(PAGE_SIZE - (at % PAGE_SIZE), f.capacity - f.done);
      const moved = k.fromSpan(userSpan(k, at, room, SpanRight.read), 0, f.into + f.done, room);
      if (moved === 0)
        return k.call(
          memory.supply,
          { space: k.spaceOf(k.thread), address: at, length: 1, access: Access.read },
          'supplied',
        );
      const end = findEnd(k, f.into + f.done, moved);
      if (end >= 0) return k.done(f.done + end);
      f.done += moved;
    }
    return k.fail(ErrorNumber.ENAMETOOLONG);
  },
  supplied(k, _f, reply) {
    return reply.error === 0 ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
  },
});

const readUser = operation(internal.readUser, ['done'], {
  begin(k, f) {
    const span = userSpan(k, f.address, f.length, SpanRight.read);
    f.done += k.fromSpan(span, f.done, f.into + f.done, f.length - f.done);
    if (f.done >= f.length) return k.done(f.length);
    const rest = { address: f.address + f.done, length: f.length - f.done };
    return k.call(memory.supply, { space: span.space, ...rest, access: Access.read }, 'supplied');
  },
  supplied(k, _f, reply) {
    return reply.error === 0 ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
  },
});

const writeUser = operation(internal.writeUser, ['done'], {
  begin(k, f) {
    const span = userSpan(k, f.address, f.length, SpanRight.write);
    f.done += k.toSpan(span, f.done, f.from + f.done, f.length - f.done);
    if (f.done >= f.length) return k.done(f.length);
    const rest = { address: f.address + f.done, length: f.length - f.done };
    return k.call(memory.supply, { space: span.space, ...rest, access: Access.write }, 'supplied');
  },
  supplied(k, _f, reply) {
    return reply.error === 0 ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
  },
});

/** The reply of a call that was not needed. */
function answered(k: Kernel, length: number, then: string): OutcomeNumber {
  const thread = k.threads.observe(k.thread);
  thread.replyValue = length;
  thread.replyError = 0;
  return k.goto(then);
}

/** As a call of `internal.readUser`, but without the call when the pages are there: `then` gets the same reply. */
export function readProgram(
  k: Kernel,
  address: VirtualAddress,
  into: PhysicalAddress,
  length: number,
  then: string,
): OutcomeNumber {
  const span = userSpan(k, address, length, SpanRight.read);
  if (k.fromSpan(span, 0, into, length) === length) return answered(k, length, then);
  return k.call(internal.readUser, { address, into, length }, then);
}

/** The same for `internal.writeUser`. */
export function writeProgram(
  k: Kernel,
  address: VirtualAddress,
  from: PhysicalAddress,
  length: number,
  then: string,
): OutcomeNumber {
  const span = userSpan(k, address, length, SpanRight.write);
  if (k.toSpan(span, 0, from, length) === length) return answered(k, length, then);
  return k.call(internal.writeUser, { address, from, length }, then);
}

export const userMemoryOperations: readonly Operation[] = [readString, readUser, writeUser];
