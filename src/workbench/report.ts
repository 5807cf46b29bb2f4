/**
 * The report of a run: where the cycles went, to whom and for what; counts of what happened. All of it is read from machine
 * memory, and nothing is charged for reading it. The sums are exact: counts times prices.
 */
import {
  CATEGORIES,
  type Category,
  categoryOf,
  GATE_KINDS,
  PRIMITIVE_NAMES,
  type PrimitiveName,
} from '../contracts/accounting.ts';
import { DiskMechanics } from '../contracts/disk.ts';
import { PROGRAM } from '../contracts/structure.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { Account, Beneficiary, KernelRoot, MOST_DOMAINS } from '../kernel/objects.ts';
import { CALL_COUNTERS, LinuxRoot } from '../linux/records.ts';
import { SYSTEM_CALL_NAMES } from '../linux/system-call-names.ts';
import { systemCalls } from '../linux/table.ts';
import { type BlockFigures, blockFigures } from '../services/block/figures.ts';
import { memoryHash } from './memory-hash.ts';
import { nativeCounts } from './native-counts.ts';
import type { System } from './system.ts';

export interface ProcessBill {
  readonly pid: number;
  readonly name: string;
  readonly instructions: number;
  readonly cycles: number;
}

export interface RunReport {
  readonly profile: string;
  readonly structure: string;
  readonly harts: number;
  readonly instructions: number;
  /** The latest hart clock. */
  readonly cycles: number;
  /** Sums to harts times cycles. */
  readonly byCategory: { readonly [category in Category]: number };
  readonly byProcess: readonly ProcessBill[];
  readonly byDomain: { readonly [domain: string]: number };
  readonly primitives: {
    readonly [name in PrimitiveName]: { readonly count: number; readonly price: number };
  };
  readonly crossings: { readonly [gate: string]: number };
  /** Requests between domains, by the structure's names; 'program' is any program. */
  readonly traffic: readonly Traffic[];
  /** Why the structure refused something, if it did. */
  readonly refused: string | null;
  readonly copies: number;
  readonly bytesCopied: number;
  readonly faults: number;
  readonly switches: number;
  readonly tlbMisses: number;
  /** What the translation caches of all harts were asked; undefined when they are not modelled. */
  readonly tlb?: { readonly instruction: CacheFigures; readonly data: CacheFigures };
  readonly tlbFlushes: number;
  /** The block cache and its disks; null for a machine without any. */
  readonly disks: DiskReport | null;
  readonly systemCalls: { readonly [name: string]: number };
  readonly absentSystemCalls: { readonly [name: string]: number };
  /** SHA-256 of the RAM in use and the harts' registers. */
  readonly memoryHash: string;
}

export interface DiskReport {
  readonly cachePolicy: string;
  readonly cache: BlockFigures;
  /** Requests carried out and cycles spent on them, by disk. */
  readonly disks: readonly {
    readonly name: string;
    readonly reads: number;
    readonly writes: number;
    readonly busy: number;
  }[];
}

export interface Traffic {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
}

/** Lookups of a translation cache that it knew the answer to, and that it did not. */
export interface CacheFigures {
  readonly hits: number;
  readonly misses: number;
}

interface Bill {
  readonly beneficiary: PhysicalAddress;
  readonly domain: PhysicalAddress;
  readonly phase: 0 | 1;
  readonly counts: readonly number[];
}

/** Every account of the machine. */
function* bills(system: System): Generator<Bill> {
  const { observer } = system.meter;
  const root = KernelRoot.at(observer, system.layout.root);
  for (let owner = root.firstBeneficiary; owner !== 0; owner = Beneficiary.at(observer, owner).next)
    for (
      let at = Beneficiary.at(observer, owner).firstAccount;
      at !== 0;
      at = Account.at(observer, at).next
    ) {
      const account = Account.at(observer, at);
      const first = account.counts / 8;
      const counts = Array.from(observer.f64.subarray(first, first + PRIMITIVE_NAMES.length));
      yield { beneficiary: owner, domain: account.domain, phase: account.phase as 0 | 1, counts };
    }
}

function cyclesOf(system: System, bill: Bill): number {
  return bill.counts.reduce(
    (sum, count, primitive) => sum + count * (system.meter.prices[primitive] as number),
    0,
  );
}

function byCategory(system: System, all: readonly Bill[]): { [category in Category]: number } {
  const sums = Object.fromEntries(CATEGORIES.map((category) => [category, 0])) as Record<Category, number>;
  for (const { counts, phase } of all)
    counts.forEach((count, primitive) => {
      const name = PRIMITIVE_NAMES[primitive] as PrimitiveName;
      sums[categoryOf(name, phase)] += count * (system.meter.prices[primitive] as number);
    });
  return sums;
}

function nameOf(system: System, beneficiary: PhysicalAddress): string {
  const { u8 } = system.meter.observer;
  const start = Beneficiary.at(system.meter.observer, beneficiary).name;
  const end = u8.indexOf(0, start);
  return new TextDecoder().decode(u8.slice(start, Math.min(end, start + 32)));
}

/** Bills by process, oldest first. */
function byProcess(system: System, all: readonly Bill[]): ProcessBill[] {
  const rows = new Map<PhysicalAddress, { instructions: number; cycles: number }>();
  for (const bill of all) {
    const row = rows.get(bill.beneficiary) ?? { instructions: 0, cycles: 0 };
    row.instructions += bill.counts[0] as number;
    row.cycles += cyclesOf(system, bill);
    rows.set(bill.beneficiary, row);
  }
  const named = [...rows].map(([beneficiary, row]) => ({
    pid: Beneficiary.at(system.meter.observer, beneficiary).id,
    name: nameOf(system, beneficiary),
    ...row,
  }));
  return named.reverse();
}

function domainName(system: System, bill: Bill): string {
  const { kernel } = system;
  const index = kernel.structure.domains.findIndex(
    (_, plan) => kernel.domainOfPlan(plan + 1) === bill.domain,
  );
  const plan = kernel.structure.domains[index];
  if (plan) return plan.name;
  const { id } = Beneficiary.at(system.meter.observer, bill.beneficiary);
  return `${nameOf(system, bill.beneficiary)} (${id})`;
}

function byDomain(system: System, all: readonly Bill[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const bill of all) {
    const name = domainName(system, bill);
    sums[name] = (sums[name] ?? 0) + cyclesOf(system, bill);
  }
  return sums;
}

function primitives(system: System, all: readonly Bill[]): RunReport['primitives'] {
  return Object.fromEntries(
    PRIMITIVE_NAMES.map((name, index) => {
      const count = all.reduce((sum, { counts }) => sum + (counts[index] as number), 0);
      return [name, { count, price: system.meter.prices[index] as number }];
    }),
  ) as RunReport['primitives'];
}

/** Calls made by name: those that are carried out, and those that are absent. */
function callCounts(system: System): { present: Record<string, number>; absent: Record<string, number> } {
  const present: Record<string, number> = {};
  const absent: Record<string, number> = {};
  const { observer } = system.meter;
  const { counters } = LinuxRoot.at(observer, system.kernel.serviceRoot('linux'));
  for (let number = 0; number < CALL_COUNTERS; number++) {
    const count = observer.f64[counters / 8 + number] as number;
    if (count === 0) continue;
    const call = systemCalls.get(number);
    const name = call?.name ?? SYSTEM_CALL_NAMES[number] ?? `call ${number}`;
    (call === undefined ? absent : present)[name] = count;
  }
  for (const { name, count, isPresent } of nativeCounts(system)) (isPresent ? present : absent)[name] = count;
  return { present, absent };
}

function trafficOf(system: System): Traffic[] {
  const { observer } = system.meter;
  const { traffic } = KernelRoot.at(observer, system.layout.root);
  const names = [PROGRAM, ...system.kernel.structure.domains.map(({ name }) => name)];
  const pairs = names.flatMap((from, row) =>
    names.map((to, column) => ({
      from,
      to,
      requests: observer.f64[traffic / 8 + row * MOST_DOMAINS + column] as number,
    })),
  );
  return pairs.filter(({ requests }) => requests > 0);
}

function refusalOf(system: System): string | null {
  const { refusals } = LinuxRoot.at(system.meter.observer, system.kernel.serviceRoot('linux'));
  const reasons = system.kernel.structure.refusals;
  return refusals === 0 ? null : (reasons?.fork ?? reasons?.processes ?? null);
}

function diskReport(system: System): DiskReport | null {
  const cache = blockFigures(system.kernel);
  if (cache === undefined) return null;
  return {
    cachePolicy: system.parts.disks?.cachePolicy ?? 'lru',
    cache,
    disks: system.disks.map((disk) => ({
      name: disk.name,
      reads: disk.read(DiskMechanics.reads),
      writes: disk.read(DiskMechanics.writes),
      busy: disk.read(DiskMechanics.busy),
    })),
  };
}

/** Hits and misses of the harts' translation caches. */
function tlbFigures({ harts, processor }: System): Pick<RunReport, 'tlb'> {
  const all = Array.from({ length: harts.count }, (_, hart) => processor.translationLookups(hart));
  const sum = (cache: 'instruction' | 'data'): CacheFigures => {
    const lookups = all.reduce((total, figures) => total + (figures?.[cache].lookups ?? 0), 0);
    const misses = all.reduce((total, figures) => total + (figures?.[cache].misses ?? 0), 0);
    return { hits: Math.max(0, lookups - misses), misses };
  };
  return all[0] === undefined ? {} : { tlb: { instruction: sum('instruction'), data: sum('data') } };
}

/** Makes the report of a run that is over: idle harts are charged up to the latest clock first. */
export function reportOf(system: System): RunReport {
  system.executive.finish();
  const { observer } = system.meter;
  const root = KernelRoot.at(observer, system.layout.root);
  const all = [...bills(system)];
  const counted = primitives(system, all);
  const { present, absent } = callCounts(system);
  const crossings = GATE_KINDS.map(
    (kind, index) => [kind, observer.f64[root.crossings / 8 + index] as number] as const,
  );
  return {
    profile: system.parts.profile.name,
    structure: system.kernel.structure.name,
    harts: system.harts.count,
    instructions: counted.instruction.count,
    cycles: system.executive.elapsed(),
    byCategory: byCategory(system, all),
    byProcess: byProcess(system, all),
    byDomain: byDomain(system, all),
    primitives: counted,
    crossings: Object.fromEntries(crossings.filter(([, count]) => count > 0)),
    traffic: trafficOf(system),
    refused: refusalOf(system),
    copies: root.copies,
    bytesCopied: root.bytesCopied,
    faults: root.faults,
    switches: root.switches,
    tlbMisses: counted.tlbMiss.count,
    ...tlbFigures(system),
    tlbFlushes: counted.tlbFlush.count,
    disks: diskReport(system),
    systemCalls: present,
    absentSystemCalls: absent,
    memoryHash: memoryHash(system),
  };
}
