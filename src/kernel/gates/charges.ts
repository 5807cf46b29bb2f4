/** Charges of a crossing that are the same every time, as data. */
import type { GateCharges } from '../gate.ts';
import type { Kernel } from '../kernel.ts';

export function chargeAll(k: Kernel, charges: GateCharges): void {
  for (const [primitive, count] of charges) k.meter.charge(primitive, count);
}
