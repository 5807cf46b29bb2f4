/**
 * Operations as a kernel carries them out: for each, a function that takes the step at which a frame is, and one that fills a frame
 * with a request.
 *
 * They are made for their kernel at an operation's first use, as what every turn passes through is
 * (docs/decisions/0007-made-for-a-kernel.md), from text, with the operation's name in it: the host's compiler then knows where the
 * frame lies, which functions its steps are and what they are given, and neither view nor reply need ever be made.
 */
import type { OutcomeNumber, Span } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { StackFrame, Thread } from './objects.ts';
import { type Operation, readSpan, writeSpan } from './operation.ts';

export interface OperationCode {
  /** Takes the step that a thread's innermost frame names. */
  readonly takeStep: (thread: PhysicalAddress, frame: PhysicalAddress) => OutcomeNumber;
  /** Writes a request's fields into the slots that begin at an index of `f64`. */
  readonly fill: (slots: number, request: Readonly<Record<string, number | Span>>) => void;
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
    const made = codeOf(kernel, registry.at(service, number));
    (codes[service] as (OperationCode | undefined)[])[number] = made;
    return made;
  };
  return (service, operation) => codes[service]?.[operation] ?? make(service, operation);
}

function codeOf(kernel: Kernel, operation: Operation): OperationCode {
  const { f64, u32, u16 } = kernel.meter.observer;
  const parts = { kernel, f64, u32, u16, steps: operation.steps, readSpan, writeSpan, missing: noStep };
  return new Function('parts', textOf(operation))(parts) as OperationCode;
}

function noStep(operation: string, step: number): never {
  throw new Error(`a frame names step ${step} of ${operation}`);
}

function textOf({ reference, steps, fields, locals }: Operation): string {
  const { replyValue, replySecond, replyError } = Thread.cells;
  const accessors = [...fields, ...locals].map(({ name, slot, kind }) => {
    const place = `this.frameSlots + ${slot}`;
    const read = kind === 'span' ? `readSpan(f64, ${place})` : `f64[${place}]`;
    const write = kind === 'span' ? `writeSpan(f64, ${place}, value)` : `f64[${place}] = value`;
    return `get ${JSON.stringify(name)}() { return ${read}; } set ${JSON.stringify(name)}(value) { ${write}; }`;
  });
  const writes = fields.map(({ name, slot, kind }) => {
    const value = `request[${JSON.stringify(name)}]`;
    return kind === 'span'
      ? `writeSpan(f64, slots + ${slot}, ${value});`
      : `f64[slots + ${slot}] = ${value};`;
  });
  const cases = steps.map((_step, number) => `case ${number}: return step${number}(kernel, view, reply);`);
  const name = `${reference.service}.${reference.operation}`;
  return `'use strict'; // ${name}
const { kernel, f64, u32, u16, readSpan, writeSpan, missing } = parts;
const [${steps.map((_step, number) => `step${number}`).join(', ')}] = parts.steps;
class FrameView {
  constructor(slots) { this.frameSlots = slots; }
  ${accessors.join('\n  ')}
}
return {
  takeStep: (thread, frame) => {
    const view = new FrameView((frame + ${StackFrame.size}) >>> 3);
    const reply = {
      value: f64[(thread >>> 3) + ${replyValue}],
      second: f64[(thread >>> 3) + ${replySecond}],
      error: u32[(thread >>> 2) + ${replyError}],
    };
    switch (u16[(frame >>> 1) + ${StackFrame.cells.step}]) {
      ${cases.join('\n      ')}
      default: return missing(${JSON.stringify(name)}, u16[(frame >>> 1) + ${StackFrame.cells.step}]);
    }
  },
  fill: (slots, request) => { ${writes.join(' ')} },
};`;
}
