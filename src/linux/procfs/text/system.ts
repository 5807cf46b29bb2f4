/** The texts that are about the whole machine: memory, processors, load, versions (proc(5)). */
import { PAGE_SIZE } from '../../../contracts/units.ts';
import { FrameUse, ThreadState } from '../../../kernel/objects.ts';
import { SYSTEM_NAMES } from '../../calls/system.ts';
import type { Facts } from '../facts.ts';
import { kilobytes, ranges } from './format.ts';
import { allHarts, type HartTimes, seconds, sum, ticks } from './times.ts';

const INSTRUCTION_SET = 'rv64imafdc_zicsr_zifencei_zba_zbb_zbs';

export function cpuinfo({ k }: Facts): string {
  const one = (hart: number) =>
    [
      `processor\t: ${hart}`,
      `hart\t\t: ${hart}`,
      `isa\t\t: ${INSTRUCTION_SET}`,
      'mmu\t\t: sv48',
      'mvendorid\t: 0x0',
      'marchid\t\t: 0x0',
      'mimpid\t\t: 0x0',
      `hart isa\t: ${INSTRUCTION_SET}`,
      '\n',
    ].join('\n');
  return Array.from({ length: k.scheduling.hartCount }, (_, hart) => one(hart)).join('');
}

/** Frames that hold nothing but what a lower layer has are not told apart from other files' pages. */
export function meminfo(facts: Facts): string {
  const { root } = facts.k;
  const bytes = (frames: number) => frames * PAGE_SIZE;
  const file = facts.frames(FrameUse.file);
  const anonymous = facts.frames(FrameUse.anonymous);
  const slab = facts.frames(FrameUse.slab) + facts.frames(FrameUse.index);
  const total = bytes(root.frameCount);
  const rows: readonly (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', bytes(root.freeCount)],
    ['MemAvailable', bytes(root.freeCount + file)],
    ['Buffers', 0],
    ['Cached', bytes(file)],
    ['SwapCached', 0],
    ['Active', bytes(anonymous + file)],
    ['Inactive', 0],
    ['Active(anon)', bytes(anonymous)],
    ['Inactive(anon)', 0],
    ['Active(file)', bytes(file)],
    ['Inactive(file)', 0],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', bytes(anonymous)],
    ['Mapped', bytes(file)],
    ['Shmem', 0],
    ['KReclaimable', 0],
    ['Slab', bytes(slab)],
    ['SReclaimable', 0],
    ['SUnreclaim', bytes(slab)],
    ['KernelStack', bytes(facts.frames(FrameUse.stack))],
    ['PageTables', bytes(facts.frames(FrameUse.table))],
    ['CommitLimit', total],
    ['Committed_AS', bytes(anonymous)],
    ['VmallocTotal', 0],
    ['VmallocUsed', 0],
    ['VmallocChunk', 0],
  ];
  return rows.map(([name, size]) => `${`${name}:`.padEnd(16)}${kilobytes(size)}\n`).join('');
}

interface ThreadCounts {
  readonly running: number;
  readonly blocked: number;
  readonly total: number;
}

function countThreads({ k }: Facts): ThreadCounts {
  let running = 0;
  let blocked = 0;
  let total = 0;
  for (const address of k.threads.all()) {
    const thread = k.threads.at(address);
    total += 1;
    if (thread.state !== ThreadState.blocked) running += 1;
    else if (thread.interruptible === 0) blocked += 1;
  }
  return { running, blocked, total };
}

function processorRow(name: string, { user, system, idle }: HartTimes, facts: Facts): string {
  const { k } = facts;
  return `${name} ${ticks(k, user)} 0 ${ticks(k, system)} ${ticks(k, idle)} 0 0 0 0 0 0\n`;
}

/** /proc/stat: interrupts are not counted, and every thread ever made counts as a process, as on Linux. */
export function stat(facts: Facts): string {
  const { k, epoch } = facts;
  const harts = allHarts(k);
  const { running, blocked } = countThreads(facts);
  return [
    processorRow('cpu ', sum(harts), facts),
    ...harts.map((times, hart) => processorRow(`cpu${hart}`, times, facts)),
    'intr 0\n',
    `ctxt ${k.root.switches}\n`,
    `btime ${epoch}\n`,
    `processes ${k.root.nextThreadId - 1}\n`,
    `procs_running ${running}\n`,
    `procs_blocked ${blocked}\n`,
    'softirq 0 0 0 0 0 0 0 0 0 0 0\n',
  ].join('');
}

export function uptime({ k }: Facts): string {
  return `${seconds(k, k.now)} ${seconds(k, sum(allHarts(k)).idle)}\n`;
}

/**
 * Load averages, damped over 1, 5 and 15 minutes as Linux does, as if the harts had been as busy from the first instant on
 * as they were on average: no samples are kept. Threads that wait for a hart are not in them.
 */
export function loadavg(facts: Facts): string {
  const { k } = facts;
  const elapsed = k.now / k.hertz;
  const { user, system } = sum(allHarts(k));
  const share = k.now === 0 ? 0 : (user + system) / k.now;
  const averages = [60, 300, 900].map((window) => (share * (1 - Math.exp(-elapsed / window))).toFixed(2));
  const { running, total } = countThreads(facts);
  return `${averages.join(' ')} ${running}/${total} ${lastNumber(facts)}\n`;
}

/** The number of the process or thread made last. */
function lastNumber({ k }: Facts): number {
  return k.root.nextThreadId - 1;
}

export function vmstat(facts: Facts): string {
  const { root } = facts.k;
  const rows: readonly (readonly [string, number])[] = [
    ['nr_free_pages', root.freeCount],
    ['nr_anon_pages', facts.frames(FrameUse.anonymous)],
    ['nr_mapped', facts.frames(FrameUse.file)],
    ['nr_file_pages', facts.frames(FrameUse.file)],
    ['nr_page_table_pages', facts.frames(FrameUse.table)],
    ['pgpgin', 0],
    ['pgpgout', 0],
    ['pswpin', 0],
    ['pswpout', 0],
    ['pgfault', root.faults],
    ['pgmajfault', 0],
  ];
  return rows.map(([name, value]) => `${name} ${value}\n`).join('');
}

export function version(): string {
  const { system, release, version: built, node } = SYSTEM_NAMES;
  return `${system} version ${release} (${node}@${node}) (riscv64) ${built}\n`;
}

/** The harts as sysfs shows a set of processors. */
export function processorSet({ k }: Facts): string {
  return `${ranges(Array.from({ length: k.scheduling.hartCount }, (_, hart) => hart))}\n`;
}

/** Sixteen bytes in the form of a UUID of version 4. */
export function uuid(words: readonly number[]): string {
  const digits = words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  const variant = ((Number.parseInt(digits[16] as string, 16) & 3) | 8).toString(16);
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ];
  return `${parts.join('-')}\n`;
}
