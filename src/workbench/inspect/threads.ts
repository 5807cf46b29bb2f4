/** Thread control blocks: state, what a thread waits for, its registers, its kernel stack, the code that it is at. */
import type { Cycles, PhysicalAddress } from '../../contracts/units.ts';
import { Domain, RunnerKind, ThreadState } from '../../kernel/objects.ts';
import { Attention, LinuxThread } from '../../linux/records.ts';
import { SYSTEM_CALL_NAMES } from '../../linux/system-call-names.ts';
import { codeAround, codeLines, type ListedInstruction } from './code.ts';
import type { Landmarks } from './landmarks.ts';
import { attempt, isDamaged, listing, type Maybe } from './look.ts';
import { signalNames, threadStateName } from './names.ts';
import { programCounter, type Registers, registerLines, registersOf } from './registers.ts';
import type { Scene, ThreadView } from './scene.ts';
import { domainName, type InspectedFrame, kernelStack, stackLines } from './stacks.ts';
import { count, indented } from './table.ts';
import { type Waits, waitsOf, waitText } from './waits.ts';

export interface ThreadBlock {
  /** Its number as programs know it; the kernel's own number when it has no other. */
  readonly id: number;
  readonly pid: number;
  /** Thread and process, or server, by name. */
  readonly label: string;
  readonly name: string;
  readonly state: string;
  /** Is it a program's thread, or does it only run steps? */
  readonly isProgram: boolean;
  readonly hart: number | undefined;
  readonly executing: string;
  /** The system call that it is in. */
  readonly call: string | undefined;
  readonly waits: Maybe<Waits> | undefined;
  /** Whose request a server's thread serves; undefined for none. */
  readonly serves: string | undefined;
  /** Why it must look up before it returns to its program. */
  readonly attention: readonly string[];
  readonly blockedSignals: readonly string[];
  readonly pendingSignals: readonly string[];
  readonly weight: number;
  readonly instructions: number;
  readonly cyclesUser: Cycles;
  readonly cyclesKernel: Cycles;
  readonly switches: number;
  readonly registers: Maybe<Registers> | undefined;
  readonly stack: readonly Maybe<InspectedFrame>[];
  readonly code: Maybe<readonly ListedInstruction[]> | undefined;
}

function attentionNames(bits: number): string[] {
  return Object.entries(Attention)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name);
}

/** The system call that a stack is about. */
function callOf(stack: readonly Maybe<InspectedFrame>[]): string | undefined {
  const outermost = stack.at(-1);
  if (outermost === undefined || isDamaged(outermost) || outermost.operation !== 'systemCall')
    return undefined;
  const number = outermost.locals.find(({ name }) => name === 'number')?.value;
  return typeof number === 'number' ? (SYSTEM_CALL_NAMES[number] ?? `system call ${number}`) : undefined;
}

function linuxFacts(scene: Scene, thread: ThreadView) {
  const { look } = scene;
  if (thread.personality === 0) return { id: thread.id, name: '', blockedSignals: [], pendingSignals: [] };
  const linux = look.view(LinuxThread, thread.personality);
  return {
    id: linux.id,
    name: look.text(linux.name, 16),
    blockedSignals: signalNames(linux.blockedLow, linux.blockedHigh),
    pendingSignals: signalNames(linux.pendingLow, linux.pendingHigh),
  };
}

/** The code at a program's pc. */
function codeOf(scene: Scene, thread: ThreadView, registers: Maybe<Registers>) {
  if (isDamaged(registers)) return undefined;
  return attempt(() => {
    const { space } = scene.look.view(Domain, thread.domain);
    return codeAround(scene, space, programCounter(registers));
  });
}

export function threadBlock(scene: Scene, marks: Landmarks, address: PhysicalAddress): ThreadBlock {
  const thread = scene.thread(address);
  const isProgram = thread.runner === RunnerKind.riscv;
  const registers = attempt(() => registersOf(scene, thread));
  const stack = kernelStack(scene, marks, thread);
  const linux = attempt(() => linuxFacts(scene, thread));
  const facts = isDamaged(linux)
    ? { id: thread.id, name: `damaged: ${linux.damaged}`, blockedSignals: [], pendingSignals: [] }
    : linux;
  const pid = attempt(() => scene.pidOf(thread.process));
  const executing = attempt(() => domainName(scene, marks, thread.executing));
  return {
    ...facts,
    pid: isDamaged(pid) ? Number.NaN : pid,
    label: marks.nameOf(address) ?? `thread ${facts.id}`,
    state: threadStateName(thread.state),
    isProgram,
    hart: thread.state === ThreadState.running ? thread.hart : undefined,
    executing: isDamaged(executing) ? `damaged: ${executing.damaged}` : executing,
    call: isProgram ? callOf(stack) : undefined,
    waits: thread.state === ThreadState.blocked ? attempt(() => waitsOf(scene, marks, thread)) : undefined,
    serves:
      thread.requester === 0 ? undefined : (marks.nameOf(thread.requester) ?? 'damaged: no such thread'),
    attention: attentionNames(thread.attention),
    weight: thread.weight,
    instructions: thread.instructions,
    cyclesUser: thread.cyclesUser,
    cyclesKernel: thread.cyclesKernel,
    switches: thread.switches,
    registers: isProgram ? registers : undefined,
    stack,
    code: isProgram ? codeOf(scene, thread, registers) : undefined,
  };
}

export function threadBlocks(scene: Scene, marks: Landmarks): Maybe<ThreadBlock>[] {
  return listing(
    () => scene.threads(),
    (thread) => threadBlock(scene, marks, thread),
  );
}

function signalText(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${title}: ${names.join(' ')}`];
}

/** Where the thread is: on a hart, in a call, in its program. */
function placeText({ hart, stack, call, executing, isProgram }: ThreadBlock): string {
  const place = stack.length > 0 || !isProgram ? `in ${executing}` : 'in its program';
  return `${hart === undefined ? '' : ` on hart ${hart}`}, ${place}${call === undefined ? '' : `, in ${call}`}`;
}

function ownerText({ pid, executing }: ThreadBlock): string {
  if (Number.isNaN(pid)) return 'a damaged process';
  return pid === 0 ? `the server ${executing}` : `process ${pid}`;
}

/** A thread's block without its registers, stack and code. */
export function threadLines(thread: Maybe<ThreadBlock>): string[] {
  if (isDamaged(thread)) return [`damaged: ${thread.damaged}`];
  const { id, name, state, waits, serves, attention, weight } = thread;
  const title = name === '' ? `thread ${id}` : `thread ${id} (${name})`;
  const waiting =
    waits === undefined ? [] : [isDamaged(waits) ? `damaged: ${waits.damaged}` : waitText(waits)];
  return [
    `${title} of ${ownerText(thread)}: ${state}${placeText(thread)}`,
    ...indented([
      ...(serves === undefined ? [] : [`serves ${serves}`]),
      ...waiting,
      ...signalText('before its program it must see to', attention),
      ...signalText('signals blocked', thread.blockedSignals),
      ...signalText('signals pending', thread.pendingSignals),
      `${count(thread.instructions)} instructions, ${count(thread.cyclesUser)} cycles in its program, ` +
        `${count(thread.cyclesKernel)} in the kernel, ${count(thread.switches)} switches, weight ${weight}`,
    ]),
  ];
}

/** Under a thread's title: what `lines` makes of it. */
function under(thread: Maybe<ThreadBlock>, lines: (thread: ThreadBlock) => string[]): string[] {
  if (isDamaged(thread)) return [`damaged: ${thread.damaged}`];
  const inner = lines(thread);
  if (inner.length === 0) return [];
  const call = thread.call === undefined ? '' : `, in ${thread.call}`;
  const serves = thread.serves === undefined ? '' : `, for ${thread.serves}`;
  return [`${thread.label}${call}${serves}`, ...indented(inner)];
}

export function threadStackLines(thread: Maybe<ThreadBlock>): string[] {
  return under(thread, ({ stack }) => stackLines(stack));
}

export function threadRegisterLines(thread: Maybe<ThreadBlock>): string[] {
  return under(thread, ({ registers }) => {
    if (registers === undefined) return [];
    return isDamaged(registers) ? [`damaged: ${registers.damaged}`] : registerLines(registers);
  });
}

export function threadCodeLines(thread: Maybe<ThreadBlock>): string[] {
  return under(thread, ({ code }) => {
    if (code === undefined) return [];
    return isDamaged(code) ? [`damaged: ${code.damaged}`] : codeLines(code);
  });
}
