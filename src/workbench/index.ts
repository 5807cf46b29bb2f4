/**
 * The library: put a system together, run it, look at it. Works in Node and in a browser; adapters to the outside are in
 * `polykernel/node` and `polykernel/browser`.
 */

export { FAULT_KINDS, type FaultKind, type FaultPlan } from '../contracts/faults.ts';
export type { LowerLayer, OutsideConsole, OutsideDisk, OutsideWorld } from '../contracts/outside.ts';
export { MECHANISMS, SERVICE_NAMES, type Structure } from '../contracts/structure.ts';
export { PolicyFault } from '../kernel/decisions.ts';
export type { LinuxPlan, MountPlan, NodePlan } from '../linux/boot.ts';
export { DEVICE_NODES } from '../linux/device-nodes.ts';
export { type HintPlan, MOST_HINTS } from '../linux/time/hints.ts';
export type { Tracer } from '../linux/trace.ts';
export type { KeptBytes } from '../machine/kept-bytes.ts';
export { DISK_PROFILES, diskNamed } from '../machine/profiles/disks.ts';
export { PROFILES, profileNamed } from '../machine/profiles/index.ts';
export { USUAL } from '../machine/translator/eagerness.ts';
export { EXIT_CAUSES, type ExitCause } from '../machine/translator/exit-causes.ts';
export {
  type ChosenPolicy,
  chosenPolicy,
  POLICIES,
  policyNamed,
  specificationsIn,
} from '../schedulers/index.ts';
export { definitionFrom, type PolicyKit } from '../schedulers/kit.ts';
export { roundRobin } from '../schedulers/round-robin.ts';
export { REPLACEMENT_POLICIES, replacementNamed } from '../services/block/index.ts';
export { MountFlag, MountKind } from '../services/files/interface.ts';
export { STRUCTURES, structureNamed } from '../structures/index.ts';
export { type CallSupport, systemCallTable } from './call-table.ts';
export * from './compare/index.ts';
export * from './demonstrations/index.ts';
export {
  INSPECTION_PARTS,
  type Inspection,
  type InspectionChoice,
  type InspectionPart,
  inspect,
} from './inspect/inspection.ts';
export { inspectableMachine } from './inspect/opening.ts';
export { panicText } from './inspect/panic.ts';
export { inspectionText } from './inspect/text.ts';
export { memoryHash } from './memory-hash.ts';
export { withPrices } from './prices.ts';
export { refusalsOf } from './refusals.ts';
export { type ProcessBill, type RunReport, reportOf } from './report.ts';
export { type RunEnd, type RunLimits, runToEnd } from './run.ts';
export * from './schedule/index.ts';
export {
  factsOf,
  noteOf,
  resumeSnapshot,
  takeSnapshot,
} from './snapshot.ts';
export { checkMagic, type OutsideProgress, SnapshotError } from './snapshot-format.ts';
export { Strace } from './strace.ts';
export { type DiskOptions, System, type SystemParts } from './system.ts';
export * from './timeline/index.ts';
