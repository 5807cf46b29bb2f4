/**
 * Operations: how a service implements its interface, as named steps over a frame in machine memory.
 *
 * `operation(files.read, ['moved'], { begin(k, f) {...}, transfer(k, f, reply) {...} })`: the request's fields and the locals
 * named are the frame's fields; the first step is where a call begins. A step that ends in `call` or `wait` names the step
 * that goes on. Frames outlive code: change the order of steps or fields only together with the snapshot format's version.
 */
import type {
  FrameOf,
  OperationReference,
  OutcomeNumber,
  Reply,
  RequestSchema,
  Span,
} from '../contracts/service.ts';
import type { Kernel } from './kernel.ts';

/** A frame before it is known which operation it is of. */
export type AnyFrame = { [field: string]: number | Span };
type AnyStep = (k: Kernel, frame: AnyFrame, reply: Reply) => OutcomeNumber;

/** What the kernel knows of an operation; what it makes of that, operation-code.ts. */
export interface Operation {
  readonly reference: OperationReference;
  readonly stepNames: readonly string[];
  readonly steps: readonly AnyStep[];
  readonly stepNumber: { readonly [name: string]: number };
  /** 8-byte slots in a frame. */
  readonly slots: number;
  /** The slots of them that the request fills: the words of its message. */
  readonly words: number;
  /** Where each field of the request goes, in order. */
  readonly fields: readonly FrameField[];
  /** The same of its own locals, for inspectors. */
  readonly locals: readonly FrameField[];
}

export interface FrameField {
  readonly name: string;
  readonly slot: number;
  readonly kind: 'number' | 'handle' | 'span';
}

/** Slots that a span takes. */
export const SPAN_SLOTS = 4;

export function readSpan(f64: Float64Array, index: number): Span {
  return {
    space: f64[index] as number,
    start: f64[index + 1] as number,
    length: f64[index + 2] as number,
    rights: f64[index + 3] as number,
  };
}

export function writeSpan(f64: Float64Array, index: number, span: Span): void {
  f64[index] = span.space;
  f64[index + 1] = span.start;
  f64[index + 2] = span.length;
  f64[index + 3] = span.rights;
}

function layOut(request: RequestSchema, locals: readonly string[]): FrameField[] {
  const fields: FrameField[] = [];
  let slot = 0;
  for (const [name, kind] of [
    ...Object.entries(request),
    ...locals.map((local) => [local, 'number'] as const),
  ]) {
    fields.push({ name, slot, kind });
    slot += kind === 'span' ? SPAN_SLOTS : 1;
  }
  return fields;
}

function wordsOf(request: RequestSchema): number {
  return Object.values(request).reduce((sum, kind) => sum + (kind === 'span' ? SPAN_SLOTS : 1), 0);
}

/** Defines the implementation of an operation. */
export function operation<S extends RequestSchema, const L extends string, N extends string>(
  reference: OperationReference<S>,
  locals: readonly L[],
  steps: {
    readonly [name in N]: (k: Kernel, frame: FrameOf<S, L>, reply: Reply) => OutcomeNumber;
  },
): Operation {
  const stepNames = Object.keys(steps);
  const fields = layOut(reference.request, locals);
  const last = fields.at(-1);
  const own = fields.slice(0, Object.keys(reference.request).length);
  return {
    reference,
    stepNames,
    steps: Object.values(steps) as AnyStep[],
    stepNumber: Object.fromEntries(stepNames.map((name, index) => [name, index])),
    slots: last === undefined ? 0 : last.slot + (last.kind === 'span' ? SPAN_SLOTS : 1),
    words: wordsOf(reference.request),
    fields: own,
    locals: fields.slice(own.length),
  };
}
