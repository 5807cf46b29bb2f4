/**
 * Bills of processes that are gone: kept one by one up to a number, then the oldest are summed up in one.
 *
 * So the memory that accounts take is bounded however many processes come and go, and no cycle is lost from the report.
 */
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { nameBeneficiary } from './layout.ts';
import { Account, Beneficiary, KernelRoot, MeterCells } from './objects.ts';

/** Bills kept one by one: one for so many frames of the machine, within bounds. */
const FRAMES_PER_BILL = 16;
const FEWEST_BILLS = 64;
const MOST_BILLS = 4096;
const EARLIER = 'earlier processes';

/** A process is gone: its bill is among the ended ones from now on. */
export function retireBill(k: Kernel, beneficiary: PhysicalAddress): void {
  k.mechanism();
  k.scheduling.recorder?.forgotten(k, beneficiary);
  const store = k.meter.observer;
  const root = KernelRoot.at(store, k.rootAddress);
  Beneficiary.at(store, beneficiary).ended = 1;
  root.endedBills += 1;
  const most = Math.floor(root.frameCount / FRAMES_PER_BILL);
  if (root.endedBills <= Math.min(MOST_BILLS, Math.max(FEWEST_BILLS, most))) return;
  const { before, found } = oldestEnded(k);
  if (found === 0 || isInForce(k, found)) return;
  sumUp(k, before, found);
  root.endedBills -= 1;
}

/** The ended bill that was made first, and the one before it in the list, which has the newest first. */
function oldestEnded(k: Kernel): { before: PhysicalAddress; found: PhysicalAddress } {
  const store = k.meter.observer;
  let found = 0;
  let before = 0;
  let previous = 0;
  for (let at = KernelRoot.at(store, k.rootAddress).firstBeneficiary; at !== 0; ) {
    const { ended, next } = Beneficiary.at(store, at);
    if (ended === 1) {
      found = at;
      before = previous;
    }
    previous = at;
    at = next;
  }
  return { before, found };
}

/** Does somebody still work on a bill: a hart at the moment, or a thread on its last steps? */
function isInForce(k: Kernel, beneficiary: PhysicalAddress): boolean {
  const store = k.meter.observer;
  const inForce = [k.meter.account, ...k.scheduling.accountsInForce()];
  for (let at = Beneficiary.at(store, beneficiary).firstAccount; at !== 0; at = Account.at(store, at).next)
    if (inForce.includes(at)) return true;
  for (const thread of k.threads.all())
    if (k.threads.observe(thread).beneficiary === beneficiary) return true;
  return false;
}

/** Is it the domain of a program, there or gone? */
function isProgram(k: Kernel, domain: PhysicalAddress): boolean {
  return k.structure.domains.every((_, index) => k.domainOfPlan(index + 1) !== domain);
}

/** Adds a bill to that of the earlier processes; the first one becomes it. */
function sumUp(k: Kernel, before: PhysicalAddress, found: PhysicalAddress): void {
  const store = k.meter.observer;
  const root = KernelRoot.at(store, k.rootAddress);
  const bill = Beneficiary.at(store, found);
  const becomes = root.earlierBeneficiary === 0;
  if (becomes) root.earlierBeneficiary = found;
  let at = bill.firstAccount;
  bill.firstAccount = 0;
  while (at !== 0) {
    const { next } = Account.at(store, at);
    addAccount(k, root.earlierBeneficiary, at);
    at = next;
  }
  if (becomes) {
    bill.id = 0;
    bill.ended = 0;
    nameBeneficiary(store, found, new TextEncoder().encode(EARLIER));
    return;
  }
  if (before === 0) root.firstBeneficiary = bill.next;
  else Beneficiary.at(store, before).next = bill.next;
  const cells = MeterCells.at(store, k.cells);
  bill.next = cells.freeBeneficiary;
  cells.freeBeneficiary = found;
}

/** Adds an account's counts to its like among a beneficiary's, or makes it the first of its kind there. */
function addAccount(k: Kernel, to: PhysicalAddress, address: PhysicalAddress): void {
  const store = k.meter.observer;
  const account = Account.at(store, address);
  // Domains of programs that are gone are all one.
  if (isProgram(k, account.domain)) account.domain = 0;
  const { domain, phase, counts } = account;
  for (let at = Beneficiary.at(store, to).firstAccount; at !== 0; at = Account.at(store, at).next) {
    const like = Account.at(store, at);
    if (like.domain !== domain || like.phase !== phase) continue;
    const length = Account.schema.counts.length;
    for (let index = 0; index < length; index++)
      (store.f64[like.counts / 8 + index] as number) += store.f64[counts / 8 + index] as number;
    const cells = MeterCells.at(store, k.cells);
    account.next = cells.freeAccount;
    cells.freeAccount = address;
    return;
  }
  const owner = Beneficiary.at(store, to);
  account.beneficiary = to;
  account.next = owner.firstAccount;
  owner.firstAccount = address;
}
