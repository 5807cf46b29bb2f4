/**
 * Services: parts of an operating system with typed requests and replies, written once, placed and joined by a structure.
 *
 * A request is plain data: numbers and spans. It crosses a gate into a frame on a kernel stack, which is data in machine
 * memory; the operation is a few named steps over that frame. A step is atomic and ends in an outcome: done, failed, a call
 * to a service, or a wait. No generator, promise or callback holds kernel state across a wait.
 */
import type { Cycles, PhysicalAddress, VirtualAddress } from './units.ts';

/** Bulk data named in a request. The gate moves it; how often it is copied is a property of the structure. */
export interface Span {
  /** The address space that `start` belongs to: the address of its record, or 0 for physical addresses. */
  readonly space: PhysicalAddress;
  readonly start: VirtualAddress;
  readonly length: number;
  /** SpanRight bits: what the holder may do with the bytes. */
  readonly rights: number;
}
export const SpanRight = { read: 1, write: 2 } as const;

/** A span of no bytes. */
export const EMPTY_SPAN: Span = { space: 0, start: 0, length: 0, rights: 0 };

/**
 * The fields of a request, in the order in which they travel. A handle names a record of the service that is asked (0 is
 * none): the kernel refuses one that is not, as when the server has died since it gave the handle out.
 */
export interface RequestSchema {
  readonly [field: string]: 'number' | 'handle' | 'span';
}
export type RequestOf<S extends RequestSchema> = {
  readonly [F in keyof S]: S[F] extends 'span' ? Span : number;
};

/** Names one operation of one service: what callers call, and what an implementation implements. */
export interface OperationReference<S extends RequestSchema = RequestSchema> {
  readonly service: string;
  readonly operation: string;
  readonly request: S;
  /** May it be asked again when the server has died over it? What changes nothing, or changes the same thing twice, may. */
  readonly repeatable?: boolean;
  /** Its number among all references that were declared, by which a system finds what it knows of it. */
  readonly number?: number;
}

export type ServiceInterface<O extends { readonly [operation: string]: RequestSchema }> = {
  readonly [N in keyof O]: OperationReference<O[N]>;
};

// wiring: counts references while modules are loaded; a number says nothing but which one it is
const declared = { count: 0 };

/** All references have one shape, by which the host's compiler knows them. */
export function referenceTo<S extends RequestSchema>(
  service: string,
  operation: string,
  request: S,
  repeatable = false,
): OperationReference<S> {
  declared.count += 1;
  return { service, operation, request, repeatable, number: declared.count };
}

/**
 * Declares a service's interface: `serviceInterface('files', { read: { file: 'handle', into: 'span' } }, ['read'])`; the
 * operations named last are repeatable.
 */
export function serviceInterface<const O extends { readonly [operation: string]: RequestSchema }>(
  service: string,
  operations: O,
  repeatable: readonly (keyof O)[] = [],
): ServiceInterface<O> {
  const references: Record<string, OperationReference> = {};
  for (const [operation, request] of Object.entries(operations))
    references[operation] = referenceTo(service, operation, request, repeatable.includes(operation));
  return references as ServiceInterface<O>;
}

/** How a step ended; the particulars are in the thread's record. */
export const Outcome = { done: 0, call: 1, wait: 2, again: 3, end: 4 } as const;
export type OutcomeNumber = (typeof Outcome)[keyof typeof Outcome];

/** What the last call or wait of this frame brought: view of the thread's record, valid during the step. */
export interface Reply {
  /** The value of a call that succeeded; how a wait ended (WakeReason). */
  readonly value: number;
  /** A second value, for the few operations that document one. */
  readonly second: number;
  /** 0, or an ErrorNumber. */
  readonly error: number;
}
export const WakeReason = { woken: 0, deadline: 1, interrupted: 2 } as const;

/** What a step of an operation works with. Its frame's fields are numbers in machine memory. */
export interface StepContext {
  /** The instant now, in cycles of the executing hart. */
  readonly now: Cycles;
  /** The thread whose request this is: the address of its record. */
  readonly thread: PhysicalAddress;
  /** Ends the operation: its caller's next step receives the value. */
  done(value?: number, second?: number): OutcomeNumber;
  /** Ends the operation with an ErrorNumber. */
  fail(error: number): OutcomeNumber;
  /** Calls an operation of a service; the step named `then` receives the reply. */
  call<S extends RequestSchema>(
    operation: OperationReference<S>,
    request: RequestOf<S>,
    then: string,
  ): OutcomeNumber;
  /** Ends the operation with what a call brought, be it a value or an error. */
  pass(reply: Reply): OutcomeNumber;
  /** Ends the thread itself: its frames are dropped and nothing of it runs again. */
  end(): OutcomeNumber;
  /** Goes on with another step at once; interrupts may land in between. */
  goto(then: string): OutcomeNumber;
  /**
   * Sleeps on queues (addresses of wait queues) until woken, `until`, or a signal when interruptible. A wait on several queues
   * may lack memory for its places in them: then it ends as interrupted, with ENOMEM for the reply's error.
   */
  wait(
    queues: readonly PhysicalAddress[],
    until: Cycles,
    then: string,
    interruptible?: boolean,
    words?: readonly number[],
  ): OutcomeNumber;
  /** Wakes at most `limit` sleepers of a queue in order; returns how many. */
  wake(queue: PhysicalAddress, limit?: number): number;
  /**
   * Copies between a span and memory of the executing domain, from `offset` in the span, as far as the span's pages are
   * present with the right; returns the bytes moved. The charge is the gate's.
   */
  toSpan(span: Span, offset: number, from: PhysicalAddress, length: number): number;
  fromSpan(span: Span, offset: number, to: PhysicalAddress, length: number): number;
  /** A free choice among `options` equals. */
  choose(point: string, options: number): number;
}

/** One step: a plain function of its frame and the last reply. */
export type Step<Frame, Context = StepContext> = (k: Context, frame: Frame, reply: Reply) => OutcomeNumber;

/** An operation's frame: the request's fields, and the operation's own locals, all numbers or spans in machine memory. */
export type FrameOf<S extends RequestSchema, L extends string> = {
  -readonly [F in keyof S]: S[F] extends 'span' ? Span : number;
} & { [N in L]: number };
