/**
 * How a native call is defined: an operation of the kernel's own service whose request is the argument registers.
 *
 * A call ends with `answer`: its result goes to a0 at once, and there is no frame between it and the program.
 */

import { type NativeName, nativeNumber } from '../../contracts/native.ts';
import type { FrameOf, OperationReference, OutcomeNumber, Reply } from '../../contracts/service.ts';
import type { Context } from '../context.ts';
import type { Kernel } from '../kernel.ts';
import { type Operation, operation } from '../operation.ts';

const A0 = 10;
const A1 = 11;

/** `word`: the low 32 bits, unsigned; `signed`: the same, signed; `address`: 64 bits, exact up to 2^53; `long`: the same, signed. */
export type RegisterKind = 'word' | 'signed' | 'address' | 'long';
export type RegisterSchema = { readonly [name: string]: RegisterKind };
type RequestOfRegisters<A extends RegisterSchema> = { readonly [N in keyof A]: 'number' };

export interface NativeCall {
  readonly number: number;
  readonly arguments: RegisterSchema;
  readonly operation: Operation;
  /** The gate by which it is entered: `trap` when left out. */
  readonly gate?: 'shortTrap';
}

export function nativeCall<
  const A extends RegisterSchema,
  N extends string,
  const L extends string = never,
>(definition: {
  readonly name: NativeName;
  readonly arguments: A;
  readonly locals?: readonly L[];
  readonly gate?: 'shortTrap';
  readonly steps: {
    readonly [step in N]: (
      k: Kernel,
      frame: FrameOf<RequestOfRegisters<A>, L>,
      reply: Reply,
    ) => OutcomeNumber;
  };
}): NativeCall {
  const request = Object.fromEntries(Object.keys(definition.arguments).map((name) => [name, 'number']));
  const reference: OperationReference<RequestOfRegisters<A>> = {
    service: 'kernel',
    operation: `call ${definition.name}`,
    request: request as RequestOfRegisters<A>,
  };
  return {
    number: nativeNumber(definition.name),
    arguments: definition.arguments,
    operation: operation(reference, definition.locals ?? [], definition.steps),
    ...(definition.gate === undefined ? {} : { gate: definition.gate }),
  };
}

/** The arguments of a call from the registers. */
export function argumentsOf(context: Context, call: NativeCall): Record<string, number> {
  const request: Record<string, number> = {};
  let register = A0;
  for (const [name, kind] of Object.entries(call.arguments)) {
    request[name] = decode(context, kind, register);
    register += 1;
  }
  return request;
}

function decode(context: Context, kind: RegisterKind, register: number): number {
  if (kind === 'word') return context.low(register);
  if (kind === 'long') return context.signed(register);
  return kind === 'signed' ? context.int(register) : context.unsigned(register);
}

/** Ends a call with a result in a0 and a value in a1. */
export function answerWith(k: Kernel, result: number, value: number): OutcomeNumber {
  k.threads.context(k.thread).set(A1, value);
  return leave(k, result, value);
}

/** Ends a call with a result in a0. */
export function answer(k: Kernel, result: number): OutcomeNumber {
  return leave(k, result);
}

function leave(k: Kernel, result: number, value?: number): OutcomeNumber {
  k.threads.context(k.thread).set(A0, result);
  k.nativeTracer?.leaveNative(k, k.thread, result, value);
  return k.done();
}
