/**
 * A service whose operations are carried out by a program: for each operation of its interface, the steps that bring a
 * request to the program and carry out its server calls.
 *
 * To everybody else it is a service like others: the same interface, the same gates. What must be said of it beside is which
 * operations give a handle or a frame for their value, and which operations of others its program may ask for.
 */

import { Phase } from '../contracts/accounting.ts';
import { ErrorNumber } from '../contracts/errors.ts';
import { Access } from '../contracts/machine.ts';
import type { LowerLayer } from '../contracts/outside.ts';
import {
  type OperationReference,
  type OutcomeNumber,
  type Reply,
  type Span,
  SpanRight,
} from '../contracts/service.ts';
import { NEVER } from '../contracts/units.ts';
import type { Context } from './context.ts';
import type { Kernel } from './kernel.ts';
import { type AnyFrame, type Operation, operation } from './operation.ts';
import type { Revival, ServiceCode } from './registry.ts';
import {
  type Arguments,
  frameOf,
  immediateCall,
  moveSpan,
  ownSpace,
  ServerCall,
  sleepersOn,
} from './user-server-calls.ts';
import { readImage, type ServerImage } from './user-server-image.ts';
import { messageAt, readWord, writeMessage } from './user-server-message.ts';
import { handleOf, locateIn, pointerOf, prepareServer, resumeProgram, WildServer } from './user-servers.ts';

type SupplyReference = OperationReference<{
  readonly space: 'number';
  readonly address: 'number';
  readonly length: 'number';
  readonly access: 'number';
}>;

export interface UserServicePlan {
  readonly name: string;
  /** Gives its program, an ELF executable; asked when it is first needed. */
  readonly program: () => Uint8Array;
  /** The operations in the order of the numbers by which the program knows them. */
  readonly operations: readonly OperationReference[];
  /** Operations of others that the program may ask for, by number; those whose value is a handle of its own. */
  readonly asks: readonly OperationReference[];
  readonly asksForHandles: readonly OperationReference[];
  /** Makes a span's pages present. */
  readonly supply: SupplyReference;
  /** Read-only trees of the outside. */
  readonly layers: readonly LowerLayer[];
  /** Seconds since 1970 at cycle 0. */
  readonly epoch: number;
  readonly revival: Revival;
}

/** Registers of a server call. */
const A0 = 10;
const ARGUMENTS = [10, 11, 12, 13, 14, 15] as const;
const CALL_NUMBER = 17;
/** What the value of a reply is: a number, a record of the server's, a page of a file. */
const ValueKind = { number: 0, handle: 1, page: 2 } as const;

/** One operation with what carries it out. */
interface Carrier {
  readonly plan: UserServicePlan;
  readonly image: () => ServerImage;
  readonly number: number;
  /** wiring: the operation itself, whose fields are known once it is made. */
  fields: Operation['fields'];
}

function registers(k: Kernel): Context {
  return k.threads.context(k.executor);
}

/** Goes on in the program; its next trap is carried out by the step 'called'. */
function goOn(k: Kernel, result?: number): OutcomeNumber {
  if (result !== undefined) registers(k).set(A0, result);
  const outcome = k.goto('called');
  resumeProgram(k);
  return outcome;
}

/** Gives the request to a program that waits for one. */
function give(k: Kernel, carrier: Carrier, frame: AnyFrame): OutcomeNumber {
  const thread = k.threads.at(k.executor);
  writeMessage(k, messageAt(k, thread.message), carrier.number, carrier.plan.epoch, carrier.fields, frame);
  thread.receiving = 0;
  frame.given = 1;
  return goOn(k, 0);
}

function begin(k: Kernel, carrier: Carrier, frame: AnyFrame): OutcomeNumber {
  const thread = k.threads.at(k.executor);
  if (thread.receiving === 1) return give(k, carrier, frame);
  // A thread that was taken off a request begins anew.
  registers(k).pc = 0;
  if (!prepareServer(k, carrier.image())) return k.fail(ErrorNumber.ENOMEM);
  return goOn(k);
}

/** The program wants a request, and replies to the one at hand if it has one. */
function receive(k: Kernel, carrier: Carrier, frame: AnyFrame, address: number): OutcomeNumber {
  const thread = k.threads.at(k.executor);
  messageAt(k, address);
  thread.message = address;
  thread.receiving = 1;
  if (frame.given === 1) throw new WildServer('it asks for a request while it has one');
  return give(k, carrier, frame);
}

function reply(k: Kernel, frame: AnyFrame, args: Arguments): OutcomeNumber {
  const [kind = 0, value = 0, second = 0, error = 0, address = 0] = args;
  if (frame.given !== 1) throw new WildServer('it replies to nothing');
  messageAt(k, address);
  const thread = k.threads.at(k.executor);
  thread.message = address;
  thread.receiving = 1;
  if (error !== 0) {
    if (!(error > 0 && error < 4096)) throw new WildServer(`it replies with error ${error}`);
    return k.fail(error);
  }
  if (kind === ValueKind.handle) return k.done(handleOf(k, k.domain, value), second);
  if (kind !== ValueKind.page) return k.done(value, second);
  const frameNumber = frameOf(k, value);
  k.frames.hold(frameNumber);
  return k.done(frameNumber, second);
}

function spanOf(carrier: Carrier, frame: AnyFrame, index: number): Span {
  const field = carrier.fields[index];
  if (field?.kind !== 'span') throw new WildServer(`it names field ${index}, which is no span`);
  return frame[field.name] as Span;
}

function supply(k: Kernel, carrier: Carrier, frame: AnyFrame, args: Arguments): OutcomeNumber {
  const [index = 0, offset = 0, write = 0] = args;
  const { space, start, length } = spanOf(carrier, frame, index);
  if (!(offset >= 0 && offset <= length)) throw new WildServer('it wants bytes behind a span');
  if (space === 0) return goOn(k, -ErrorNumber.EFAULT);
  const access = write !== 0 ? Access.write : Access.read;
  return k.call(
    carrier.plan.supply,
    { space, address: start + offset, length: length - offset, access },
    'supplied',
  );
}

/** Reads a request of the program's to another service: its fields as words, a span as address and length. */
function ask(k: Kernel, carrier: Carrier, frame: AnyFrame, args: Arguments): OutcomeNumber {
  const [number = 0, address = 0, into = 0] = args;
  const reference = carrier.plan.asks[number];
  if (reference === undefined) throw new WildServer(`it asks for operation ${number}, which it may not`);
  frame.asked = number;
  frame.answer = into;
  let at = address;
  const next = (): number => {
    const word = readWord(k, locateIn(k, k.domain, at, Access.read));
    at += 8;
    return word;
  };
  const request: Record<string, number | Span> = {};
  const rights = SpanRight.read | SpanRight.write;
  for (const [name, kind] of Object.entries(reference.request))
    request[name] = kind === 'span' ? { space: ownSpace(k), start: next(), length: next(), rights } : next();
  return k.call(reference, request as never, 'asked');
}

/** What another service has answered: its value and second value, as two words, and its error for the result. */
function asked(k: Kernel, carrier: Carrier, frame: AnyFrame, { value, second, error }: Reply): OutcomeNumber {
  const reference = carrier.plan.asks[frame.asked as number] as OperationReference;
  const isHandle = carrier.plan.asksForHandles.includes(reference);
  const words = [isHandle ? pointerOf(k, k.domain, value) : value, second];
  words.forEach((word, index) => {
    const at = locateIn(k, k.domain, (frame.answer as number) + index * 8, Access.write);
    k.memory.write32(at, word >>> 0);
    k.memory.write32(at + 4, Math.floor(word / 2 ** 32) >>> 0);
  });
  return goOn(k, -error);
}

function called(k: Kernel, carrier: Carrier, frame: AnyFrame): OutcomeNumber {
  const context = registers(k);
  const number = context.low(CALL_NUMBER);
  const args = ARGUMENTS.map((register) => context.signed(register));
  if (number === ServerCall.receive) return receive(k, carrier, frame, args[0] as number);
  if (number === ServerCall.reply) return reply(k, frame, args);
  k.mechanism();
  if (number === ServerCall.supply) return supply(k, carrier, frame, args);
  if (number === ServerCall.ask) return ask(k, carrier, frame, args);
  // What follows is the kernel's work: nothing in it is a trap again.
  k.meter.select(k.domainOfPlan(1), k.threads.observe(k.executor).beneficiary, Phase.service);
  if (number === ServerCall.wait) {
    const queue = sleepersOn(k, args);
    if (queue === undefined) return goOn(k, 0);
    return k.wait([queue], NEVER, 'woken', args[2] !== 0, [args[0] as number]);
  }
  if (number === ServerCall.copyOut || number === ServerCall.copyIn) {
    const span = spanOf(carrier, frame, args[0] as number);
    return goOn(k, moveSpan(k, span, args, number === ServerCall.copyOut));
  }
  return goOn(k, immediateCall(k, number, args, carrier.plan.layers));
}

function carriedOut(plan: UserServicePlan, image: () => ServerImage, number: number): Operation {
  const carrier: Carrier = { plan, image, number, fields: [] };
  const reference = plan.operations[number] as OperationReference;
  const steps = {
    begin: (k: Kernel, f: AnyFrame) => begin(k, carrier, f),
    called: (k: Kernel, f: AnyFrame) => called(k, carrier, f),
    supplied: (k: Kernel, _f: AnyFrame, { error }: Reply) => goOn(k, -error),
    asked: (k: Kernel, f: AnyFrame, answer: Reply) => asked(k, carrier, f, answer),
    woken: (k: Kernel, _f: AnyFrame, { value }: Reply) => goOn(k, value),
  };
  const made = operation(reference, ['given', 'asked', 'answer'], steps as never);
  carrier.fields = made.fields;
  return made;
}

/** A service of a program. */
export function userService(plan: UserServicePlan): ServiceCode {
  // cache: the program's segments, which are read from it again when this is dropped
  let read: ServerImage | undefined;
  const image = (): ServerImage => {
    read ??= readImage(plan.program());
    return read;
  };
  return {
    name: plan.name,
    operations: plan.operations.map((_, number) => carriedOut(plan, image, number)),
    revival: plan.revival,
  };
}
