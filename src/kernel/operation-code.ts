/**
 * Operations as a kernel carries them out: for each, a function that takes the step at which a frame is, and one that makes a frame
 * of a request.
 *
 * They are made for their kernel at an operation's first use, as what every turn passes through is
 * (docs/decisions/0007-made-for-a-kernel.md), from text, with the operation's name in it: the host's compiler then knows where the
 * frame lies, which functions its steps are and what they are given, and neither view nor reply need ever be made.
 */
import type { OutcomeNumber, Span } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { CONTEXT_OFFSET } from './context.ts';
import type { Kernel } from './kernel.ts';
import { StackFrame, Thread } from './objects.ts';
import { type Operation, readSpan, writeSpan } from './operation.ts';
import { overflow } from './stack.ts';

export interface OperationCode {
  readonly stepNames: readonly string[];
  /** Takes the step that a thread's innermost frame names. */
  readonly takeStep: (thread: PhysicalAddress, frame: PhysicalAddress) => OutcomeNumber;
  /** Puts a frame with a request on a thread's kernel stack (stack.ts): its address. Nothing is charged. */
  readonly push: (
    thread: PhysicalAddress,
    domain: PhysicalAddress,
    gate: number,
    request: Readonly<Record<string, number | Span>>,
  ) => PhysicalAddress;
}

/** By number of service and operation, as frames name them. */
export type OperationCodes = (service: number, operation: number) => OperationCode;

export function operationCodesOf(kernel: Kernel): OperationCodes {
  const { registry } = kernel;
  // cache: what was made; without it it is made again
  const codes: (OperationCode | undefined)[][] = registry.services.map(({ operations }) =>
    operations.map(() => undefined),
  );
  const make = (service: number, number: number): OperationCode => {
    const made = codeOf(kernel, registry.at(service, number), service, number);
    (codes[service] as (OperationCode | undefined)[])[number] = made;
    return made;
  };
  return (service, operation) => codes[service]?.[operation] ?? make(service, operation);
}

function codeOf(kernel: Kernel, operation: Operation, service: number, number: number): OperationCode {
  const { f64, u32, u16 } = kernel.meter.observer;
  const { steps, stepNames } = operation;
  const full = (thread: PhysicalAddress): never => overflow(kernel.threads.observe(thread).id);
  const parts = { kernel, f64, u32, u16, steps, stepNames, readSpan, writeSpan, missing: noStep, full };
  return new Function('parts', textOf(operation, service, number))(parts) as OperationCode;
}

function noStep(operation: string, step: number): never {
  throw new Error(`a frame names step ${step} of ${operation}`);
}

function textOf(operation: Operation, service: number, number: number): string {
  const { reference, steps } = operation;
  const { replyValue, replySecond, replyError } = Thread.cells;
  const { step } = StackFrame.cells;
  const cases = steps.map((_step, index) => `case ${index}: return step${index}(kernel, view, reply);`);
  const name = `${reference.service}.${reference.operation}`;
  return `'use strict'; // ${name}
const { kernel, f64, u32, u16, readSpan, writeSpan, missing, full } = parts;
const [${steps.map((_step, index) => `step${index}`).join(', ')}] = parts.steps;
${viewText(operation)}
return {
  stepNames: parts.stepNames,
  takeStep: (thread, frame) => {
    const view = new FrameView((frame + ${StackFrame.size}) >>> 3);
    const reply = {
      value: f64[(thread >>> 3) + ${replyValue}],
      second: f64[(thread >>> 3) + ${replySecond}],
      error: u32[(thread >>> 2) + ${replyError}],
    };
    switch (u16[(frame >>> 1) + ${step}]) {
      ${cases.join('\n      ')}
      default: return missing(${JSON.stringify(name)}, u16[(frame >>> 1) + ${step}]);
    }
  },
  push: ${pushText(operation, service, number)},
};`;
}

function viewText({ fields, locals }: Operation): string {
  const accessors = [...fields, ...locals].map(({ name, slot, kind }) => {
    const place = `this.frameSlots + ${slot}`;
    const read = kind === 'span' ? `readSpan(f64, ${place})` : `f64[${place}]`;
    const write = kind === 'span' ? `writeSpan(f64, ${place}, value)` : `f64[${place}] = value`;
    return `get ${JSON.stringify(name)}() { return ${read}; } set ${JSON.stringify(name)}(value) { ${write}; }`;
  });
  return `class FrameView {
  constructor(slots) { this.frameSlots = slots; }
  ${accessors.join('\n  ')}
}`;
}

/** What is not said here is cleared: the rest of the head, and the operation's own locals. */
function pushText({ fields, locals, slots }: Operation, service: number, number: number): string {
  const { frame: FRAME, stack: STACK } = Thread.cells;
  const { offsets, cells, size } = StackFrame;
  const said = [
    `u16[(start >>> 1) + ${cells.service}] = ${service};`,
    `u16[(start >>> 1) + ${cells.operation}] = ${number};`,
    `u16[(start >>> 1) + ${cells.slots}] = ${slots};`,
    `u32[(start >>> 2) + ${cells.below}] = below;`,
    `u32[(start >>> 2) + ${cells.domain}] = domain;`,
    `u32[(start >>> 2) + ${cells.gate}] = gate;`,
  ];
  const cleared = Array.from({ length: size / 8 }, (_, word) => `f64[(start >>> 3) + ${word}] = 0;`).filter(
    // The four halfwords of the first are said, but for the step.
    (_text, word) => word !== offsets.below / 8 || offsets.domain !== offsets.below + 4,
  );
  const writes = fields.map(({ name, slot, kind }) => {
    const value = `request[${JSON.stringify(name)}]`;
    return kind === 'span'
      ? `writeSpan(f64, slots + ${slot}, ${value});`
      : `f64[slots + ${slot}] = ${value};`;
  });
  const zeroes = locals.map(({ slot }) => `f64[slots + ${slot}] = 0;`);
  return `(thread, domain, gate, request) => {
    const below = u32[(thread >>> 2) + ${FRAME}];
    const bottom = u32[(thread >>> 2) + ${STACK}];
    const start = below === 0 ? bottom : below + ${size} + u16[(below >>> 1) + ${cells.slots}] * 8;
    if (start + ${size + slots * 8} > bottom + ${CONTEXT_OFFSET}) full(thread);
    const slots = (start + ${size}) >>> 3;
    ${[...cleared, ...said, ...writes, ...zeroes].join('\n    ')}
    u32[(thread >>> 2) + ${FRAME}] = start;
    return start;
  }`;
}
