/**
 * What may be charged, to whom, and under which heading.
 *
 * A structure has no cost of its own written anywhere: cycles exist only as `count x price` of the primitives listed here,
 * and a price comes from a machine profile, with its source. A charge names the hart, the executing domain, the
 * beneficiary (whose work it is), and a category. Adding a primitive: name it here, price it in every profile, and charge
 * it at the one place where it happens.
 */

/** Every primitive that may charge. The number is its column in an account. */
export const Primitive = {
  /** One guest instruction retired. */
  instruction: 0,
  /** The hart takes a trap: pipeline drained, privilege raised, vector fetched. */
  trapEntry: 1,
  /** The hart leaves a trap handler (`sret`, `mret`). */
  trapReturn: 2,
  /** One register written to a save area. */
  registerSaved: 3,
  /** One register read back from a save area. */
  registerRestored: 4,
  /** A call to a procedure in the same domain, and its return. */
  procedureCall: 5,
  /** The translation root is replaced. */
  addressSpaceSwitch: 6,
  /** One entry of the translation cache is dropped by a flush. */
  tlbFlush: 7,
  /** A translation was not cached: the hardware (or the refill handler) starts a walk. */
  tlbMiss: 8,
  /** One page-table entry read in a walk. */
  walkStep: 9,
  /** One 8-byte word copied between two places. */
  wordCopied: 10,
  /** One 8-byte word cleared. */
  wordCleared: 11,
  /** One field of a record read. */
  recordRead: 12,
  /** One field of a record written. */
  recordWrite: 13,
  /** One 8-byte word of a byte string examined (a path's name hashed or compared). */
  wordExamined: 14,
  /** A message placed in a queue. */
  messageQueued: 15,
  /** A guard or an untrusted predicate evaluated. */
  guardEvaluated: 16,
  /** A scheduler's decision: one call of a policy's hook. */
  schedulerPass: 17,
  /** A device register read or written. */
  deviceAccess: 18,
  /** An interrupt sent from one hart to another. */
  interprocessorInterrupt: 19,
  /** A cycle in which a hart had nothing to run; its price is 1 by definition. */
  idleCycle: 20,
  /** The segment registers are loaded: a small address space takes the place of another without a flush. */
  segmentLoad: 21,
} as const;

export type PrimitiveName = keyof typeof Primitive;
export type PrimitiveNumber = (typeof Primitive)[PrimitiveName];

/** The primitives' names in the order of their numbers. */
export const PRIMITIVE_NAMES = Object.keys(Primitive) as readonly PrimitiveName[];

/** The headings of a bill. */
export const CATEGORIES = ['user', 'crossing', 'copy', 'service', 'schedule', 'translation', 'idle'] as const;
export type Category = (typeof CATEGORIES)[number];

/**
 * What a hart is doing, for the primitives that do not name their category themselves: a record read is `service` inside
 * a service and `schedule` inside a scheduling decision.
 */
export const Phase = { service: 0, schedule: 1 } as const;
export type PhaseNumber = (typeof Phase)[keyof typeof Phase];

const OWN_CATEGORY: { readonly [name in PrimitiveName]?: Category } = {
  instruction: 'user',
  trapEntry: 'crossing',
  trapReturn: 'crossing',
  registerSaved: 'crossing',
  registerRestored: 'crossing',
  procedureCall: 'crossing',
  messageQueued: 'crossing',
  addressSpaceSwitch: 'translation',
  segmentLoad: 'translation',
  tlbFlush: 'translation',
  tlbMiss: 'translation',
  walkStep: 'translation',
  wordCopied: 'copy',
  schedulerPass: 'schedule',
  interprocessorInterrupt: 'schedule',
  idleCycle: 'idle',
};

/** The heading under which a primitive is billed when it happens in a phase. */
export function categoryOf(primitive: PrimitiveName, phase: PhaseNumber): Category {
  return OWN_CATEGORY[primitive] ?? (phase === Phase.schedule ? 'schedule' : 'service');
}

/** How a request crosses from one domain to another. */
export const GATE_KINDS = ['procedure', 'trap', 'ipc', 'event', 'upcall', 'channel', 'hypercall'] as const;
export type GateKind = (typeof GATE_KINDS)[number];

/** One price: cycles for one occurrence, and where the number comes from. */
export interface Price {
  readonly cycles: number;
  readonly source: string;
}

/** The shape of a translation cache. Hits are free; a miss charges its primitives. */
export interface TranslationCacheShape {
  readonly entries: number;
  readonly ways: number;
  readonly source: string;
}

/** How a kernel maps all of memory for itself: entries of a cache of their own, each of a large page. */
export interface KernelMapping extends TranslationCacheShape {
  /** Bytes of a page. */
  readonly pageSize: number;
  /** Table entries that a walk to such a page reads. */
  readonly levels: number;
  /** Do its entries outlive a switch that flushes? */
  readonly global: boolean;
}

/** A machine as data: clock, prices and caches, each with its source. */
export interface MachineProfile {
  readonly name: string;
  readonly title: string;
  /** Cycles in a second of virtual time. */
  readonly hertz: number;
  readonly prices: { readonly [name in PrimitiveName]: Price };
  readonly instructionCache: TranslationCacheShape;
  readonly dataCache: TranslationCacheShape;
  /** Left out where a kernel reaches physical memory without translation. */
  readonly kernelMapping?: KernelMapping;
  /** True when entries carry an address-space tag, so that a switch need not flush. */
  readonly taggedTranslation: boolean;
  /** A quantum, in cycles, for policies that are given none. */
  readonly quantum: number;
}
