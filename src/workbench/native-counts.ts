/** Calls of the structures' own interfaces that a guest has made, whoever answered them. */
import { FIRST_NATIVE_CALL, hasInterface, NATIVE_CALLS, type NativeInterface } from '../contracts/native.ts';
import { KernelRoot } from '../kernel/objects.ts';
import { STRUCTURES } from '../structures/index.ts';
import type { System } from './system.ts';

export interface NativeCount {
  readonly name: string;
  readonly interface: NativeInterface;
  readonly count: number;
  /** Does the structure have it? Otherwise it was answered ENOSYS. */
  readonly isPresent: boolean;
}

export function nativeCounts({ kernel, meter, layout }: System): NativeCount[] {
  const { nativeCalls } = KernelRoot.at(meter.observer, layout.root);
  const counts: NativeCount[] = [];
  for (const [number, call] of NATIVE_CALLS) {
    const count = meter.observer.f64[nativeCalls / 8 + number - FIRST_NATIVE_CALL] as number;
    const isPresent = hasInterface(call.interface, kernel.structure.native);
    if (count > 0) counts.push({ ...call, count, isPresent });
  }
  return counts;
}

/** What to say of calls that the structure does not have: which one has them. */
export function missingNatives(system: System): string[] {
  return nativeCounts(system)
    .filter(({ isPresent }) => !isPresent)
    .map(({ name, interface: kind, count }) => {
      const owners = STRUCTURES.filter(({ native }) => native === kind).map((structure) => structure.name);
      const times = count === 1 ? 'once' : `${count} times`;
      return `${name} is a call of ${owners.join(', ')} alone: answered ENOSYS ${times}`;
    });
}
