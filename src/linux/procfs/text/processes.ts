/** The texts of a process and of a thread: stat, statm, status, limits and small ones (proc_pid_stat(5) and its kin). */
import { NEVER, PAGE_SIZE } from '../../../contracts/units.ts';
import { ThreadState } from '../../../kernel/objects.ts';
import { DeviceNumber } from '../../devices.ts';
import { Paths } from '../../records.ts';
import { actionAt, SIGNAL_DEFAULT, SIGNAL_IGNORE } from '../../signals/handlers.ts';
import { SIGNAL_COUNT } from '../../signals/numbers.ts';
import { niceOf } from '../../time/priorities.ts';
import type { Facts } from '../facts.ts';
import { hexHalves, kilobytes, ranges } from './format.ts';
import { ticks } from './times.ts';

/** RLIM_INFINITY, as a program reads it. */
const UNLIMITED = '18446744073709551615';
const RESIDENT_LIMIT = 5;
/** PF_RANDOMIZE: what is left when nothing special is said; and PF_KTHREAD. */
const ORDINARY_TASK = 0x40_0000;
const KERNEL_TASK = 0x20_0040;
const DEFAULT_PRIORITY = 20;

/** The letter of a task's state, and the word that /proc/N/status adds. */
const STATES: { readonly [letter: string]: string } = {
  R: 'running',
  S: 'sleeping',
  D: 'disk sleep',
  T: 'stopped',
  Z: 'zombie',
};

export function stateOf(facts: Facts): string {
  const { sleeper } = facts;
  if (sleeper === undefined || facts.process === undefined) return 'Z';
  if (sleeper.state !== ThreadState.blocked) return 'R';
  // One that waits for a server to take its request does not sleep.
  if (sleeper.interruptible === 0 && sleeper.firstWaiter === 0) return 'R';
  if (facts.process.stopped !== 0) return 'T';
  return sleeper.interruptible === 1 ? 'S' : 'D';
}

/** Bytes present. */
function resident(facts: Facts): number {
  const { memory } = facts;
  return memory === undefined ? 0 : memory.anonymousPages + memory.filePages;
}

interface SignalSets {
  readonly pending: readonly [number, number];
  readonly shared: readonly [number, number];
  readonly blocked: readonly [number, number];
  readonly ignored: readonly [number, number];
  readonly caught: readonly [number, number];
}

const NO_SIGNALS: readonly [number, number] = [0, 0];

/** The signals whose action a test accepts. */
function actions(facts: Facts, accepts: (handler: number) => boolean): readonly [number, number] {
  const handlers = facts.process?.handlers ?? 0;
  if (handlers === 0) return NO_SIGNALS;
  let low = 0;
  let high = 0;
  for (let signal = 1; signal <= SIGNAL_COUNT; signal++) {
    if (!accepts(actionAt(facts.k, handlers, signal).handler)) continue;
    if (signal <= 32) low |= 1 << (signal - 1);
    else high |= 1 << (signal - 33);
  }
  return [low >>> 0, high >>> 0];
}

function signalSets(facts: Facts): SignalSets {
  const { thread, process } = facts;
  return {
    pending: thread === undefined ? NO_SIGNALS : [thread.pendingLow, thread.pendingHigh],
    shared: process === undefined ? NO_SIGNALS : [process.pendingLow, process.pendingHigh],
    blocked: thread === undefined ? NO_SIGNALS : [thread.blockedLow, thread.blockedHigh],
    ignored: actions(facts, (handler) => handler === SIGNAL_IGNORE),
    caught: actions(facts, (handler) => handler !== SIGNAL_DEFAULT && handler !== SIGNAL_IGNORE),
  };
}

/** What /proc/N/stat says of signals: only those below 32, in decimal. */
function low31([low]: readonly [number, number]): number {
  return low & 0x7fff_ffff;
}

/** Times of the thread when the text is about one, else of the whole process. */
function times(facts: Facts): readonly [number, number] {
  const thread = facts.threadId === 0 ? undefined : facts.kernelThread;
  const { cyclesUser, cyclesKernel } = thread ?? facts.figures;
  return [ticks(facts.k, cyclesUser), ticks(facts.k, cyclesKernel)];
}

function stringPlaces(facts: Facts): number[] {
  const { process } = facts;
  if (process === undefined) return [0, 0, 0, 0];
  const { argumentStart, argumentEnd, environmentStart, environmentEnd } = process;
  return [argumentStart, argumentEnd, environmentStart, environmentEnd];
}

/** The controlling terminal's device and foreground group. */
function terminalOf({ foreground }: Facts): readonly [number, number] {
  return foreground === 0 ? [0, -1] : [DeviceNumber.console, foreground];
}

/** One line of 52 fields. What is not kept here (faults, code addresses, wait channel) is 0. */
export function stat(facts: Facts): string {
  const { figures, process, thread, memory, kernelThread, k } = facts;
  const { parent, group, session, threads } = figures;
  const signals = signalSets(facts);
  const nice = niceOf(kernelThread?.weight ?? 0);
  const limit = k.memory.f64[figures.soft / 8 + RESIDENT_LIMIT] as number;
  const flags = process !== undefined && process.space === 0 ? KERNEL_TASK : ORDINARY_TASK;
  const bottom = process?.auxiliaryStart ?? 0;
  const fields = [
    ...[parent, group, session, ...terminalOf(facts), flags, 0, 0, 0, 0],
    ...times(facts),
    ticks(k, figures.childrenUser),
    ticks(k, figures.childrenKernel),
    ...[DEFAULT_PRIORITY + nice, nice, Math.max(1, threads), 0, ticks(k, figures.started)],
    ...[memory?.mappedBytes ?? 0, resident(facts), limit === NEVER ? UNLIMITED : limit],
    ...[0, 0, bottom, 0, 0],
    low31(signals.pending),
    low31(signals.blocked),
    low31(signals.ignored),
    low31(signals.caught),
    ...[0, 0, 0, facts.threadId === 0 ? (process?.exitSignal ?? 0) : -1, kernelThread?.hart ?? 0],
    ...[0, thread?.policy ?? 0, 0, 0, 0, 0, 0, memory?.breakStart ?? 0],
    ...stringPlaces(facts),
    figures.status,
  ];
  const id = facts.threadId || facts.id;
  return `${id} (${facts.name}) ${stateOf(facts)} ${fields.join(' ')}\n`;
}

export function statm(facts: Facts): string {
  const { memory } = facts;
  if (memory === undefined) return '0 0 0 0 0 0 0\n';
  const pages = (bytes: number) => Math.ceil(bytes / PAGE_SIZE);
  const { mappedBytes, filePages, textBytes, dataBytes, stackBytes } = memory;
  const fields = [pages(mappedBytes), resident(facts), filePages, pages(textBytes)];
  return `${[...fields, 0, pages(dataBytes + stackBytes), 0].join(' ')}\n`;
}

export function comm(facts: Facts): string {
  return `${facts.name}\n`;
}

function identity(facts: Facts): string[] {
  const { credentials, k } = facts;
  const { user, effectiveUser, savedUser, filesystemUser, groupCount } = credentials;
  const { group, effectiveGroup, savedGroup, filesystemGroup } = credentials;
  const groups = Array.from(
    { length: groupCount },
    (_, index) => k.memory.u32[credentials.groups / 4 + index],
  );
  return [
    `Uid:\t${[user, effectiveUser, savedUser, filesystemUser].join('\t')}`,
    `Gid:\t${[group, effectiveGroup, savedGroup, filesystemGroup].join('\t')}`,
    `FDSize:\t64`,
    `Groups:\t${groups.map((number) => `${number} `).join('')}`,
  ];
}

function memoryLines(facts: Facts): string[] {
  const { memory } = facts;
  if (memory === undefined) return [];
  const { peakBytes, mappedBytes, lockedBytes, peakPages, anonymousPages, filePages } = memory;
  const { dataBytes, stackBytes, textBytes, tableBytes } = memory;
  const lines: readonly (readonly [string, number])[] = [
    ['VmPeak', peakBytes],
    ['VmSize', mappedBytes],
    ['VmLck', lockedBytes],
    ['VmPin', 0],
    ['VmHWM', peakPages * PAGE_SIZE],
    ['VmRSS', (anonymousPages + filePages) * PAGE_SIZE],
    ['RssAnon', anonymousPages * PAGE_SIZE],
    ['RssFile', filePages * PAGE_SIZE],
    ['RssShmem', 0],
    ['VmData', dataBytes],
    ['VmStk', stackBytes],
    ['VmExe', textBytes],
    ['VmLib', 0],
    ['VmPTE', tableBytes],
    ['VmSwap', 0],
    ['HugetlbPages', 0],
  ];
  return [
    ...lines.map(([name, bytes]) => `${name}:\t${kilobytes(bytes)}`),
    'CoreDumping:\t0',
    'THP_enabled:\t0',
    'untag_mask:\t0xffffffffffffffff',
  ];
}

function signalLines(facts: Facts): string[] {
  const { pending, shared, blocked, ignored, caught } = signalSets(facts);
  const rows = { SigPnd: pending, ShdPnd: shared, SigBlk: blocked, SigIgn: ignored, SigCgt: caught };
  return Object.entries(rows).map(([name, [low, high]]) => `${name}:\t${hexHalves(low, high)}`);
}

const ALL_CAPABILITIES = '000001ffffffffff';
const NO_CAPABILITIES = '0000000000000000';

/** User 0 may do everything and nobody else anything: capabilities are not kept. */
function capabilityLines(facts: Facts): string[] {
  const own = facts.credentials.effectiveUser === 0 ? ALL_CAPABILITIES : NO_CAPABILITIES;
  const rows = { Inh: NO_CAPABILITIES, Prm: own, Eff: own, Bnd: ALL_CAPABILITIES, Amb: NO_CAPABILITIES };
  return Object.entries(rows).map(([name, bits]) => `Cap${name}:\t${bits}`);
}

function processorLines(facts: Facts): string[] {
  const { hartCount } = facts.k.scheduling;
  const affinity = facts.kernelThread?.affinity ?? 0;
  const allowed = Array.from({ length: hartCount }, (_, hart) => hart).filter(
    (hart) => ((affinity >>> hart) & 1) === 1,
  );
  const mask = allowed.reduce((bits, hart) => bits + 2 ** hart, 0);
  return [
    `Cpus_allowed:\t${mask.toString(16).padStart(Math.ceil(hartCount / 4), '0')}`,
    `Cpus_allowed_list:\t${ranges(allowed)}`,
    'Mems_allowed:\t1',
    'Mems_allowed_list:\t0',
  ];
}

/** Numbers of the process and its kin, which are the same in its only name space. */
function numberLines(facts: Facts): string[] {
  const { parent, group, session } = facts.figures;
  const id = facts.threadId || facts.id;
  const isKernel = facts.process !== undefined && facts.process.space === 0 ? 1 : 0;
  return [
    `Tgid:\t${facts.id}`,
    'Ngid:\t0',
    `Pid:\t${id}`,
    `PPid:\t${parent}`,
    'TracerPid:\t0',
    ...identity(facts),
    `NStgid:\t${facts.id}`,
    `NSpid:\t${id}`,
    `NSpgid:\t${group}`,
    `NSsid:\t${session}`,
    `Kthread:\t${isKernel}`,
  ];
}

export function status(facts: Facts): string {
  const { process, figures, k } = facts;
  const state = stateOf(facts);
  const mask = process === undefined || process.paths === 0 ? 0o022 : Paths.at(k.store, process.paths).mask;
  const { switches } = facts.threadId === 0 ? figures : (facts.kernelThread ?? figures);
  return `${[
    `Name:\t${facts.name}`,
    `Umask:\t${mask.toString(8).padStart(4, '0')}`,
    `State:\t${state} (${STATES[state]})`,
    ...numberLines(facts),
    ...memoryLines(facts),
    `Threads:\t${Math.max(1, figures.threads)}`,
    `SigQ:\t0/${signalQueueLimit(facts)}`,
    ...signalLines(facts),
    ...capabilityLines(facts),
    `NoNewPrivs:\t${process?.noNewPrivileges ?? 0}`,
    'Seccomp:\t0',
    'Seccomp_filters:\t0',
    ...processorLines(facts),
    `voluntary_ctxt_switches:\t${switches}`,
    'nonvoluntary_ctxt_switches:\t0',
  ].join('\n')}\n`;
}

const PENDING_SIGNALS = 11;

function signalQueueLimit({ k, figures }: Facts): string {
  const limit = k.memory.f64[figures.soft / 8 + PENDING_SIGNALS] as number;
  return limit === NEVER ? UNLIMITED : String(limit);
}

/** Names and units by resource number. */
const LIMITS: readonly (readonly [string, string])[] = [
  ['Max cpu time', 'seconds'],
  ['Max file size', 'bytes'],
  ['Max data size', 'bytes'],
  ['Max stack size', 'bytes'],
  ['Max core file size', 'bytes'],
  ['Max resident set', 'bytes'],
  ['Max processes', 'processes'],
  ['Max open files', 'files'],
  ['Max locked memory', 'bytes'],
  ['Max address space', 'bytes'],
  ['Max file locks', 'locks'],
  ['Max pending signals', 'signals'],
  ['Max msgqueue size', 'bytes'],
  ['Max nice priority', ''],
  ['Max realtime priority', ''],
  ['Max realtime timeout', 'us'],
];

function limitRow(name: string, soft: string, hard: string, unit: string): string {
  const row = `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} `;
  return unit === '' ? `${row}\n` : `${row}${unit.padEnd(10)}\n`;
}

export function limits({ k, figures }: Facts): string {
  const value = (array: number, index: number) => {
    const limit = k.memory.f64[array / 8 + index] as number;
    return limit === NEVER ? 'unlimited' : String(limit);
  };
  const rows = LIMITS.map(([name, unit], index) =>
    limitRow(name, value(figures.soft, index), value(figures.hard, index), unit),
  );
  return limitRow('Limit', 'Soft Limit', 'Hard Limit', 'Units') + rows.join('');
}

export function killAdjustment({ process }: Facts): string {
  return `${process?.killAdjustment ?? 0}\n`;
}

/** What the kernel would count when it must end a process for want of memory: thousandths of all frames. */
export function killScore(facts: Facts): string {
  const { memory, k } = facts;
  if (memory === undefined) return '0\n';
  const pages = resident(facts) + memory.tableBytes / PAGE_SIZE;
  return `${Math.floor((pages * 1000) / k.root.frameCount)}\n`;
}
