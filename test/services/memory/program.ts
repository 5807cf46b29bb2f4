/** A program on the bench, with the calls that tests make of it. */
import { MapFlag, memory, Protection } from '../../../src/services/memory/interface.ts';
import { Bench } from './bench.ts';

export const RW = Protection.read | Protection.write;
export const ANONYMOUS = MapFlag.private | MapFlag.anonymous;

/** Makes a program whose space is in force. */
export function program(bench = new Bench()) {
  const { domain, thread } = bench.makeProgram();
  const space = bench.call(thread, memory.create, { domain }).value;
  bench.use(space);
  const map = (
    address: number,
    length: number,
    protection = RW,
    flags: number = ANONYMOUS,
    file = 0,
    offset = 0,
    fileRights = 3,
  ) =>
    bench.call(thread, memory.map, { space, address, length, protection, flags, file, offset, fileRights });
  const unmap = (address: number, length: number) =>
    bench.call(thread, memory.unmap, { space, address, length });
  const protect = (address: number, length: number, protection: number) =>
    bench.call(thread, memory.protect, { space, address, length, protection });
  const remap = (address: number, oldLength: number, newLength: number, flags: number, newAddress = 0) =>
    bench.call(thread, memory.remap, { space, address, oldLength, newLength, flags, newAddress });
  const advise = (address: number, length: number, advice: number) =>
    bench.call(thread, memory.advise, { space, address, length, advice });
  const load = (address: number) => bench.load(thread, space, address);
  const store = (address: number, value: number) => bench.store(thread, space, address, value);
  return { bench, domain, thread, space, map, unmap, protect, remap, advise, load, store };
}

/** Ends a program and forgets its thread and domain. */
export function end({ bench, thread, space, domain }: ReturnType<typeof program>): void {
  bench.call(thread, memory.destroy, { space });
  bench.kernel.threads.destroy(thread);
  bench.kernel.releaseDomain(domain);
}
