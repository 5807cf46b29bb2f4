/**
 * The meter: every cycle that passes on a hart goes through here.
 *
 * `charge(primitive, count)` adds to the account in force and advances the active hart's clock by count times price; record
 * accesses are counted in two cells and charged by `settle`, at the end of each step. An account is found by executing
 * domain, beneficiary and phase. Reading the meter's own records is not charged: it is the observer, not the observed.
 */
import {
  type MachineProfile,
  type PhaseNumber,
  PRIMITIVE_NAMES,
  Primitive,
  type PrimitiveNumber,
} from '../contracts/accounting.ts';
import type { Cycles, PhysicalAddress } from '../contracts/units.ts';
import { both, type Guard, guardOf } from './guard.ts';
import { Account, Beneficiary, MeterCells } from './objects.ts';
import { Reach } from './reach.ts';
import { choose, type RecordStore } from './records.ts';

/** The arrays of machine memory that records are kept in. */
export interface Words {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
}

/** Gives a cleared record of `size` bytes for the meter's own use, without charge; 0 when there is no memory. */
export type MeterAllocator = (size: number) => PhysicalAddress;

export class Meter {
  /** Views over this store are charged. */
  readonly store: RecordStore;
  /** Views over this store are not: for inspectors and for the meter itself. */
  readonly observer: RecordStore;
  readonly prices: readonly number[];
  readonly #words: Words;
  /** Index in the store's `f64` of the active hart's clock. */
  readonly clockCell: number;
  readonly #account: number;
  /** Adds to the account in force, and to the active hart's clock. */
  readonly charge: (primitive: PrimitiveNumber, count: number) => void;
  /** Charges the record accesses made since the last time. */
  readonly settle: () => void;
  /** Puts the account of (domain, beneficiary, phase) in force; what is pending goes to the one before. */
  readonly select: (domain: PhysicalAddress, beneficiary: PhysicalAddress, phase: PhaseNumber) => void;
  readonly allocate: MeterAllocator;
  /** Where accesses go through translation; undefined when that is not modelled. */
  readonly reach: Reach | undefined;

  /**
   * @param guarded looks at every record access: programs reach the kernel's memory. @param root the address of the KernelRoot,
   * when accesses are to go through translation.
   */
  constructor(
    words: Words,
    cells: PhysicalAddress,
    profile: MachineProfile,
    allocate: MeterAllocator,
    guarded = false,
    root?: PhysicalAddress,
  ) {
    const { u8, u16, u32, i32, f64 } = words;
    const cell = (offset: number): number => (cells + offset) / 8;
    const { offsets } = MeterCells;
    this.#words = words;
    this.allocate = allocate;
    this.clockCell = cell(offsets.clock);
    this.#account = cell(offsets.account);
    this.prices = PRIMITIVE_NAMES.map((name) => profile.prices[name].cycles);
    const unsettled = cell(offsets.unsettled);
    const guard = guarded ? guardOf(words, unsettled) : undefined;
    const arrays = { u8, u16, u32, i32, f64 };
    const uncounted = cell(offsets.uncounted);
    this.observer = { ...arrays, guard, readCell: uncounted, writeCell: uncounted };
    this.reach = root === undefined ? undefined : new Reach(words, this.observer, cells, root);
    this.store = {
      ...arrays,
      guard: watchers(guard, this.reach),
      readCell: cell(offsets.pendingReads),
      writeCell: cell(offsets.pendingWrites),
    };
    choose(this.store, this.observer);
    this.charge = chargeOf(words, this.clockCell, this.#account, this.prices);
    this.settle = settleOf(this.store, unsettled, this.charge);
    this.select = selectOf(words, this.#account, this.settle, (...key) => this.#make(...key));
  }

  /** The active hart's clock, with record accesses not yet settled left out. */
  get clock(): Cycles {
    return this.#words.f64[this.clockCell] as number;
  }

  set clock(value: Cycles) {
    this.#words.f64[this.clockCell] = value;
  }

  /** The account in force: its address. */
  get account(): PhysicalAddress {
    return this.#words.f64[this.#account] as number;
  }

  /** Stays with domain and beneficiary and changes the phase; `restore` undoes it. */
  enterPhase(phase: PhaseNumber): void {
    const { u32 } = this.#words;
    const account = this.account >>> 2;
    const domain = u32[account + Account.cells.domain] as number;
    this.select(domain, u32[account + Account.cells.beneficiary] as number, phase);
  }

  /** Puts an account in force that was so before. */
  restore(account: PhysicalAddress): void {
    this.settle();
    this.#words.f64[this.#account] = account;
  }

  #make(domain: PhysicalAddress, beneficiary: PhysicalAddress, phase: PhaseNumber): PhysicalAddress {
    const owner = Beneficiary.at(this.observer, beneficiary);
    const address = this.allocate(Account.size);
    // Without memory for another account, work goes on the one in force: the sum stays right.
    if (address === 0) return this.account;
    const made = Account.at(this.observer, address);
    made.beneficiary = beneficiary;
    made.domain = domain;
    made.phase = phase;
    made.next = owner.firstAccount;
    owner.firstAccount = made.address;
    return made.address;
  }
}

function watchers(guard: Guard | undefined, reach: Guard | undefined): Guard | undefined {
  return guard === undefined || reach === undefined ? (guard ?? reach) : both(guard, reach);
}

// What is called at every turn of the machine is made for the machine: the host's compiler then knows where its arrays lie.

function chargeOf(
  { f64 }: Words,
  clock: number,
  account: number,
  prices: readonly number[],
): Meter['charge'] {
  const { counts } = Account.cells;
  return (primitive, count) => {
    const row = ((f64[account] as number) >>> 3) + counts + primitive;
    (f64[row] as number) += count;
    (f64[clock] as number) += count * (prices[primitive] as number);
  };
}

function settleOf(
  { f64, readCell, writeCell }: RecordStore,
  unsettled: number,
  charge: Meter['charge'],
): Meter['settle'] {
  return () => {
    const reads = f64[readCell] as number;
    const writes = f64[writeCell] as number;
    f64[unsettled] = 0;
    if (reads !== 0) {
      f64[readCell] = 0;
      charge(Primitive.recordRead, reads);
    }
    if (writes === 0) return;
    f64[writeCell] = 0;
    charge(Primitive.recordWrite, writes);
  };
}

/** @param make an account that there is not yet. */
function selectOf(
  { f64, u32 }: Words,
  inForce: number,
  settle: Meter['settle'],
  make: (...key: Parameters<Meter['select']>) => PhysicalAddress,
): Meter['select'] {
  const { domain: DOMAIN, beneficiary: BENEFICIARY, phase: PHASE, next: NEXT } = Account.cells;
  const { firstAccount: FIRST } = Beneficiary.cells;
  return (domain, beneficiary, phase) => {
    const current = (f64[inForce] as number) >>> 2;
    if (current !== 0) {
      const isSame =
        u32[current + DOMAIN] === domain &&
        u32[current + BENEFICIARY] === beneficiary &&
        u32[current + PHASE] === phase;
      if (isSame) return;
      settle();
    }
    let at = u32[(beneficiary >>> 2) + FIRST] as number;
    while (at !== 0 && (u32[(at >>> 2) + DOMAIN] !== domain || u32[(at >>> 2) + PHASE] !== phase))
      at = u32[(at >>> 2) + NEXT] as number;
    f64[inForce] = at === 0 ? make(domain, beneficiary, phase) : at;
  };
}
