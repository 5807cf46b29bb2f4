/** What a kernel is put together from. */
import type { FaultPlan } from '../contracts/faults.ts';
import type { Device, Memory, Processor } from '../contracts/machine.ts';
import type { Structure } from '../contracts/structure.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Gate } from './gate.ts';
import type { Meter } from './meter.ts';
import type { NativeTracer } from './native/tracer.ts';
import type { Registry } from './registry.ts';

export interface KernelParts {
  readonly memory: Memory;
  readonly processor: Processor;
  readonly meter: Meter;
  /** Addresses of the MeterCells and the KernelRoot record. */
  readonly cells: PhysicalAddress;
  readonly root: PhysicalAddress;
  readonly structure: Structure;
  readonly gates: readonly Gate[];
  /** Faults that are to happen on purpose. */
  readonly faults?: readonly FaultPlan[];
  /** Tells people what happened to a server. */
  readonly say?: (message: string) => void;
  /** Told of the structure's own calls and their results, if anyone listens. */
  readonly nativeTracer?: NativeTracer | undefined;
  readonly registry: Registry;
  readonly hertz: number;
  /** The machine's devices, none when left out. */
  readonly devices?: readonly Device[];
}
