/**
 * The shapes that most file calls have, so that a call is data: its arguments, what it is about, what is asked of whom, and
 * what becomes of the answer.
 *
 * `onFile`: about an open file description. `onPlace`: about a name in a directory. `onNode`: about a file, named by a path
 * or by a descriptor. Each takes a function that looks at the arguments and says what is to happen: an error, a value, or a
 * request; requests run while what the call is about is held.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type {
  OperationReference,
  OutcomeNumber,
  Reply,
  RequestOf,
  RequestSchema,
} from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { files, OpenFlag } from '../../services/files/interface.ts';
import { type ArgumentSchema, type Support, type SystemCall, systemCall } from '../call.ts';
import { type OpenFileView, openFileAt } from '../descriptors.ts';
import { type Hands, settle, settleError, settleValue, takeFile } from '../open-files.ts';
import { currentThread } from '../state.ts';
import { placeOf, subjects } from './subjects.ts';

/** What a call comes to: an error, a value, or a request whose reply is the call's. */
export type Answer =
  | { readonly error: number }
  | { readonly value: number }
  | { readonly operation: OperationReference; readonly request: RequestOf<RequestSchema> };

export function refuse(error: number): Answer {
  return { error };
}

export function give(value = 0): Answer {
  return { value };
}

export function ask<S extends RequestSchema>(
  operation: OperationReference<S>,
  request: RequestOf<S>,
): Answer {
  return { operation: operation as OperationReference, request };
}

export type Arguments<A extends ArgumentSchema> = { readonly [N in keyof A]: number };

interface Definition<A extends ArgumentSchema> {
  readonly number: number;
  readonly name: string;
  readonly arguments: A;
  readonly support?: Support;
  /** Looks at the arguments before anything else: an ErrorNumber, or 0. */
  readonly check?: (k: Kernel, f: Arguments<A>) => number;
}

/** Carries out an answer; a request's reply goes to the step `then`. */
function carryOut(k: Kernel, f: Hands, answer: Answer, then: string): OutcomeNumber {
  if ('error' in answer) return settleError(k, f, answer.error);
  if ('value' in answer) return settleValue(k, f, answer.value);
  return k.call(answer.operation, answer.request, then);
}

/** A call about an open file description. */
export function onFile<const A extends ArgumentSchema & { readonly descriptor: 'descriptor' }>(
  definition: Definition<A> & {
    /** May the descriptor be one that only names a file (O_PATH)? */
    readonly named?: boolean;
    readonly act: (k: Kernel, f: Arguments<A>, file: OpenFileView) => Answer;
    /** What becomes of the reply; the reply itself, unless given. */
    readonly after?: (k: Kernel, f: Arguments<A>, reply: Reply, file: OpenFileView) => Answer | undefined;
  },
): SystemCall {
  const { check, named, act, after } = definition;
  return systemCall({
    number: definition.number,
    name: definition.name,
    arguments: definition.arguments,
    support: definition.support ?? 'full',
    locals: ['held', 'node'],
    steps: {
      begin(k, frame) {
        const f = frame as unknown as Arguments<A> & Hands;
        const error = check?.(k, f) ?? 0;
        if (error !== 0) return k.fail(error);
        const file = takeFile(k, f.descriptor);
        if (file === undefined) return k.fail(ErrorNumber.EBADF);
        f.held = file.address;
        if (named !== true && (file.flags & OpenFlag.path) !== 0) return settleError(k, f, ErrorNumber.EBADF);
        return carryOut(k, f, act(k, f, file), 'after');
      },
      after(k, frame, reply) {
        const f = frame as unknown as Arguments<A> & Hands;
        const answer = after?.(k, f, reply, openFileAt(k, f.held));
        return answer === undefined ? settle(k, f, reply) : carryOut(k, f, answer, 'finish');
      },
      finish(k, frame, reply) {
        return settle(k, frame as unknown as Hands, reply);
      },
    },
  });
}

/** Where in a frame a path is. */
export interface PathSubject {
  readonly descriptor: number;
  readonly path: number;
  /** LookupFlag or SubjectFlag bits. */
  readonly flags: number;
}

export type Place = ReturnType<typeof placeOf>;

/** A call about a name in a directory: it may not exist yet. A node that the reply brings is released when `makes` is said. */
export function onPlace<const A extends ArgumentSchema>(
  definition: Definition<A> & {
    readonly subject: (f: Arguments<A>) => PathSubject;
    readonly makes?: boolean;
    readonly act: (k: Kernel, f: Arguments<A>, place: Place) => Answer;
  },
): SystemCall {
  const { check, subject, act, makes } = definition;
  return systemCall({
    number: definition.number,
    name: definition.name,
    arguments: definition.arguments,
    support: definition.support ?? 'full',
    locals: ['held', 'node'],
    steps: {
      begin(k, frame) {
        const f = frame as unknown as Arguments<A>;
        const error = check?.(k, f) ?? 0;
        if (error !== 0) return k.fail(error);
        const into = currentThread(k).scratch;
        return k.call(subjects.readPath, { ...subject(f), into }, 'placed');
      },
      placed(k, frame, reply) {
        if (reply.error !== 0) return k.fail(reply.error);
        const f = frame as unknown as Arguments<A> & Hands;
        f.held = reply.second;
        const place = placeOf(k, f.held, currentThread(k).scratch, reply.value);
        return carryOut(k, f, act(k, f, place), 'after');
      },
      after(k, frame, reply) {
        const f = frame as unknown as Hands;
        if (reply.error !== 0) return settle(k, f, reply);
        if (makes === true) return k.call(files.release, { node: reply.value }, 'finish');
        return settleValue(k, f, 0);
      },
      finish(k, frame, reply) {
        return settle(k, frame as unknown as Hands, reply);
      },
    },
  });
}

/** A call about a file, named by a path or a descriptor. `node` is 0 for a description without one (a pipe, the console). */
export function onNode<const A extends ArgumentSchema>(
  definition: Definition<A> & {
    readonly subject: (f: Arguments<A>) => PathSubject;
    readonly act: (
      k: Kernel,
      f: Arguments<A>,
      node: PhysicalAddress,
      file: OpenFileView | undefined,
    ) => Answer;
  },
): SystemCall {
  const { check, subject, act } = definition;
  return systemCall({
    number: definition.number,
    name: definition.name,
    arguments: definition.arguments,
    support: definition.support ?? 'full',
    locals: ['held', 'node'],
    steps: {
      begin(k, frame) {
        const f = frame as unknown as Arguments<A>;
        const error = check?.(k, f) ?? 0;
        if (error !== 0) return k.fail(error);
        return k.call(subjects.findNode, subject(f), 'found');
      },
      found(k, frame, reply) {
        if (reply.error !== 0) return k.fail(reply.error);
        const f = frame as unknown as Arguments<A> & Hands;
        f.node = reply.value;
        f.held = reply.second;
        const file = f.held === 0 ? undefined : openFileAt(k, f.held);
        return carryOut(k, f, act(k, f, f.node, file), 'finish');
      },
      finish(k, frame, reply) {
        return settle(k, frame as unknown as Hands, reply);
      },
    },
  });
}
