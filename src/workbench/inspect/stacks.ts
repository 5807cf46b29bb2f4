/** Kernel stacks, frame by frame: which operation of which service is at which step, with its fields and locals by name. */
import type { GateName } from '../../contracts/structure.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { CONTEXT_OFFSET } from '../../kernel/context.ts';
import { Domain, StackFrame } from '../../kernel/objects.ts';
import { type FrameField, type Operation, readSpan } from '../../kernel/operation.ts';
import type { Landmarks } from './landmarks.ts';
import { Damage, hexadecimal, isDamaged, listing, type Maybe } from './look.ts';
import type { Scene, ThreadView } from './scene.ts';
import { indented } from './table.ts';

export interface FrameValue {
  readonly name: string;
  /** What it holds: a number, or a span's parts. */
  readonly value: number | { readonly space: number; readonly start: number; readonly length: number };
  /** The same in words. */
  readonly text: string;
}

export interface InspectedFrame {
  readonly service: string;
  readonly operation: string;
  readonly step: string;
  readonly domain: string;
  /** The gate by which it was entered; undefined when the kernel itself has none of that number. */
  readonly gate: GateName | undefined;
  readonly fields: readonly FrameValue[];
  readonly locals: readonly FrameValue[];
}

/** From here on a number is likelier an address or bits than a count. */
const ADDRESSES = 0x1_0000;

/** The plan's name of a domain, or whose it is. */
export function domainName(scene: Scene, marks: Landmarks, domain: PhysicalAddress): string {
  const { kernel } = scene.system;
  const { plan } = scene.look.view(Domain, domain);
  if (plan !== 0) return kernel.structure.domains[plan - 1]?.name ?? `damaged: domain ${plan} of the plan`;
  return marks.nameOf(domain) ?? `the domain at ${hexadecimal(domain)}`;
}

function numberText(marks: Landmarks, value: number): string {
  const name = marks.nameOf(value);
  if (name !== undefined) return name;
  return value >= ADDRESSES ? hexadecimal(value) : String(value);
}

function fieldValue(scene: Scene, marks: Landmarks, slots: PhysicalAddress, field: FrameField): FrameValue {
  const { f64 } = scene.look.store;
  const index = slots / 8 + field.slot;
  if (field.kind !== 'span') {
    const value = f64[index] as number;
    return { name: field.name, value, text: numberText(marks, value) };
  }
  const { space, start, length } = readSpan(f64, index);
  const where = space === 0 ? '' : ` of ${marks.nameOf(space) ?? hexadecimal(space)}`;
  const text = `${length} bytes at ${space === 0 ? 'physical ' : ''}${hexadecimal(start)}${where}`;
  return { name: field.name, value: { space, start, length }, text };
}

function operationOf(scene: Scene, service: number, number: number): Operation {
  const found = scene.system.kernel.registry.services[service]?.operations[number];
  if (found === undefined) throw new Damage(`a frame names operation ${number} of service ${service}`);
  return found;
}

function frameAt(scene: Scene, marks: Landmarks, address: PhysicalAddress): InspectedFrame {
  const { look, system } = scene;
  const frame = look.view(StackFrame, address);
  const operation = operationOf(scene, frame.service, frame.operation);
  const slots = address + StackFrame.size;
  look.check(slots, operation.slots * 8, 'frame');
  const read = (field: FrameField) => fieldValue(scene, marks, slots, field);
  return {
    service: operation.reference.service,
    operation: operation.reference.operation,
    step: operation.stepNames[frame.step] ?? `damaged: step ${frame.step}`,
    domain: domainName(scene, marks, frame.domain),
    gate: system.kernel.requests.gateName(frame.gate),
    fields: operation.fields.map(read),
    locals: operation.locals.map(read),
  };
}

/** Addresses of a thread's frames, innermost first. They lie in the thread's own page. */
function* framesOf(scene: Scene, thread: ThreadView): Generator<PhysicalAddress> {
  const { look } = scene;
  const { stack } = thread;
  look.check(stack, PAGE_SIZE, 'kernel stack');
  const below = (at: PhysicalAddress) => look.view(StackFrame, at).below;
  for (const at of look.chain(thread.frame, 'frames', below)) {
    if (at < stack || at >= stack + CONTEXT_OFFSET)
      throw new Damage(`a frame lies at ${hexadecimal(at)}, outside of its kernel stack`);
    yield at;
  }
}

/** A thread's kernel stack, innermost frame first. Empty while it runs in its program. */
export function kernelStack(scene: Scene, marks: Landmarks, thread: ThreadView): Maybe<InspectedFrame>[] {
  return listing(
    () => framesOf(scene, thread),
    (at) => frameAt(scene, marks, at),
  );
}

function valueLines(title: string, values: readonly FrameValue[]): string[] {
  const widest = Math.max(0, ...values.map(({ name }) => name.length));
  return values.map(
    ({ name, text }, index) => `${(index === 0 ? title : '').padEnd(8)}${name.padEnd(widest)} = ${text}`,
  );
}

export function stackLines(stack: readonly Maybe<InspectedFrame>[]): string[] {
  return stack.flatMap((frame, depth) => {
    if (isDamaged(frame)) return [`#${depth} damaged: ${frame.damaged}`];
    const { service, operation, step, domain, gate, fields, locals } = frame;
    return [
      `#${depth} ${service}.${operation}, at step '${step}'  (in ${domain}, by ${gate ?? 'an unknown gate'})`,
      ...indented([...valueLines('request', fields), ...valueLines('locals', locals)], 5),
    ];
  });
}
