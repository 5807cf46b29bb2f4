/**
 * System calls as data: number, name, arguments, support, and the operation that carries them out.
 *
 * `systemCall({...})` defines one; src/linux/table.ts collects them and adds what is absent. Arguments are decoded from the
 * registers by their kinds before the first step runs, so that steps see numbers.
 */
import { type FrameOf, type OutcomeNumber, type Reply, referenceTo } from '../contracts/service.ts';
import type { Context } from '../kernel/context.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';

/** How an argument is read from its register, and how it is shown in a trace. */
export type ArgumentKind =
  /** signed and unsigned 32 bits */
  | 'int'
  | 'unsigned'
  /** signed and unsigned 64 bits, as numbers */
  | 'long'
  | 'size'
  /** 64 bits: an address; a path and a text are addresses of NUL-ended strings */
  | 'pointer'
  | 'path'
  /** 32 bits with a meaning */
  | 'descriptor'
  | 'flags'
  | 'mode'
  | 'signal'
  /** 64 bits of which only the halves matter; decoded as the low one */
  | 'mask';

export type ArgumentSchema = { readonly [name: string]: ArgumentKind };

/** Whole, or what is missing. */
export type Support = 'full' | { readonly partial: string };

export interface SystemCall {
  readonly number: number;
  readonly name: string;
  readonly arguments: ArgumentSchema;
  readonly support: Support;
  readonly operation: Operation;
  /** The arguments of a call, from its caller's registers, as its frame wants them. */
  decode(context: Context): { readonly [name: string]: number };
}

/** How each kind is read: a method of Context. */
const READERS: { readonly [kind in ArgumentKind]: 'int' | 'low' | 'signed' | 'unsigned' } = {
  int: 'int',
  descriptor: 'int',
  signal: 'int',
  unsigned: 'low',
  flags: 'low',
  mode: 'low',
  mask: 'low',
  long: 'signed',
  size: 'unsigned',
  pointer: 'unsigned',
  path: 'unsigned',
};
const A0 = 10;

/** Generates what decodes the arguments of a call, from text as records' views (records.ts): every call makes one such object. */
function decoderOf(name: string, schema: ArgumentSchema): SystemCall['decode'] {
  const fields = Object.entries(schema).map(
    ([field, kind], index) => `${JSON.stringify(field)}: context.${READERS[kind]}(${A0 + index})`,
  );
  const source = `'use strict'; // ${name}
return (context) => ({ ${fields.join(', ')} });`;
  return new Function(source)() as SystemCall['decode'];
}

type RequestOfArguments<A extends ArgumentSchema> = { readonly [N in keyof A]: 'number' };

export function systemCall<
  const A extends ArgumentSchema,
  N extends string,
  const L extends string = never,
>(definition: {
  readonly number: number;
  readonly name: string;
  readonly arguments: A;
  readonly support: Support;
  readonly locals?: readonly L[];
  readonly steps: {
    readonly [step in N]: (
      k: Kernel,
      frame: FrameOf<RequestOfArguments<A>, L>,
      reply: Reply,
    ) => OutcomeNumber;
  };
}): SystemCall {
  const request = Object.fromEntries(Object.keys(definition.arguments).map((name) => [name, 'number']));
  // apart from the personality's inner operations, which may have the same names
  const reference = referenceTo('linux', `call ${definition.name}`, request as RequestOfArguments<A>);
  // cache: decode, generated at the call's first use; without it it is generated again
  const made: SystemCall = {
    number: definition.number,
    name: definition.name,
    arguments: definition.arguments,
    support: definition.support,
    operation: operation(reference, definition.locals ?? [], definition.steps),
    decode: (context) =>
      Object.assign(made, { decode: decoderOf(definition.name, definition.arguments) }).decode(context),
  };
  return made;
}
