/** A process's life: made, given threads, ended, forgotten. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import { retireBill } from '../../kernel/bills.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { endTask } from '../../kernel/native/end.ts';
import { Beneficiary, Credentials, Domain, Thread } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { processes } from './interface.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { LIMIT_COUNT, Process, ProcessState } from './records.ts';
import { adopt, at, bequeath, byNumber, delist, enlist, orphan, rootOf } from './tree.ts';

/** The largest process number, as Linux's default pid_max; numbers are used again after it. */
const LARGEST_NUMBER = 32_768;

/** Finds a number that no process, group or session has. 0 when there is none. */
function newNumber(k: Kernel): number {
  const root = rootOf(k);
  for (let tries = 0; tries < LARGEST_NUMBER; tries++) {
    const number = root.nextNumber;
    root.nextNumber = number >= LARGEST_NUMBER ? 300 : number + 1;
    if (!isTaken(k, number)) return number;
  }
  return 0;
}

/** Before numbers have come round once none can be taken. */
function isTaken(k: Kernel, number: number): boolean {
  const root = rootOf(k);
  if (root.wrapped === 0) {
    if (number >= LARGEST_NUMBER) root.wrapped = 1;
    return false;
  }
  for (let process = root.first; process !== 0; process = at(k, process).next) {
    const { id, group, session } = at(k, process);
    if (id === number || group === number || session === number) return true;
  }
  return false;
}

function inherit(k: Kernel, parent: PhysicalAddress, child: PhysicalAddress): void {
  const to = at(k, child);
  const limits = LIMIT_COUNT * 2 * 8;
  if (parent === 0) {
    DEFAULT_LIMITS.forEach(([soft, hard], resource) => {
      k.memory.f64[to.soft / 8 + resource] = soft;
      k.memory.f64[to.hard / 8 + resource] = hard;
    });
    to.group = to.id;
    to.session = to.id;
    return;
  }
  const from = at(k, parent);
  k.memory.copy(to.soft, from.soft, limits);
  to.group = from.group;
  to.session = from.session;
  const { credentials } = Domain.at(k.store, from.domain);
  k.memory.copy(Domain.at(k.store, to.domain).credentials, credentials, Credentials.size);
}

const create = operation(processes.create, [], {
  begin(k, f) {
    const process = k.slab.allocate(k.domain, Process.size);
    if (process === 0) return k.fail(ErrorNumber.ENOMEM);
    const domain = k.createDomain(process);
    const id = newNumber(k);
    const beneficiary = domain === 0 || id === 0 ? 0 : k.createBeneficiary(id, '');
    if (beneficiary === 0) {
      if (domain !== 0) k.releaseDomain(domain);
      k.slab.release(process);
      return k.fail(id === 0 ? ErrorNumber.EAGAIN : ErrorNumber.ENOMEM);
    }
    const view = at(k, process);
    view.id = id;
    view.domain = domain;
    view.started = k.now;
    view.beneficiary = beneficiary;
    inherit(k, f.parent, process);
    enlist(k, process);
    if (f.parent !== 0) adopt(k, f.parent, process);
    else if (rootOf(k).init === 0) rootOf(k).init = process;
    return k.done(process, id);
  },
});

/** Forgets a process for good. */
export function forget(k: Kernel, process: PhysicalAddress): void {
  const view = at(k, process);
  orphan(k, process);
  delist(k, process);
  k.releaseDomain(view.domain);
  retireBill(k, view.beneficiary);
  k.slab.release(process);
}

const discard = operation(processes.discard, [], {
  begin(k, f) {
    forget(k, f.process);
    return k.done();
  },
});

const number = operation(processes.newNumber, [], {
  begin(k) {
    const id = newNumber(k);
    return id === 0 ? k.fail(ErrorNumber.EAGAIN) : k.done(id);
  },
});

const attach = operation(processes.attach, [], {
  begin(k, f) {
    const view = at(k, f.process);
    const thread = k.threads.at(f.thread);
    thread.sibling = 0;
    if (view.firstThread === 0) view.firstThread = f.thread;
    else {
      let last = view.firstThread;
      for (let next = k.threads.at(last).sibling; next !== 0; next = k.threads.at(last).sibling) last = next;
      k.threads.at(last).sibling = f.thread;
    }
    view.threadCount += 1;
    return k.done();
  },
});

const detach = operation(processes.detach, [], {
  begin(k, f) {
    const view = at(k, f.process);
    const thread = k.threads.at(f.thread);
    if (view.firstThread === f.thread) view.firstThread = thread.sibling;
    else {
      let previous = view.firstThread;
      while (k.threads.at(previous).sibling !== f.thread) previous = k.threads.at(previous).sibling;
      k.threads.at(previous).sibling = thread.sibling;
    }
    view.threadCount -= 1;
    view.cyclesUser += thread.cyclesUser;
    view.cyclesKernel += thread.cyclesKernel;
    view.instructions += thread.instructions;
    view.faults += thread.faults;
    view.majorFaults += thread.majorFaults;
    return k.done(view.threadCount);
  },
});

const notePeak = operation(processes.notePeak, [], {
  begin(k, f) {
    const view = at(k, f.process);
    view.peakPages = Math.max(view.peakPages, f.pages);
    return k.done();
  },
});

const exit = operation(processes.exit, [], {
  begin(k, f) {
    const view = at(k, f.process);
    bequeath(k, f.process);
    view.status = f.status;
    view.state = ProcessState.zombie;
    endTask(k, view.domain);
    const { parent } = view;
    const word = parent === 0 ? 0 : at(k, parent).personality;
    if (f.autoReap !== 0) forget(k, f.process);
    return k.done(parent, word);
  },
});

const report = operation(processes.report, [], {
  begin(k, f) {
    const view = at(k, f.process);
    view.change = f.status;
    view.changeContinued = f.continued;
    const { parent } = view;
    if (parent === 0) return k.done(0, 0);
    return k.done(parent, at(k, parent).personality);
  },
});

const announce = operation(processes.announce, [], {
  begin(k, f) {
    const process = byNumber(k, f.id);
    if (process !== 0) k.wake(at(k, process).children);
    return k.done();
  },
});

const find = operation(processes.find, [], {
  begin(k, f) {
    const process = byNumber(k, f.id);
    if (process === 0) return k.fail(ErrorNumber.ESRCH);
    return k.done(process, at(k, process).personality);
  },
});

const rename = operation(processes.rename, [], {
  begin(k, f) {
    const { beneficiary } = at(k, f.process);
    const { name } = Beneficiary.at(k.meter.observer, beneficiary);
    k.memory.clear(name, 32);
    k.fromSpan(f.name, 0, name, Math.min(15, f.name.length));
    return k.done();
  },
});

/** The threads of a process, oldest first. */
export function* threadsOf(k: Kernel, process: PhysicalAddress): Generator<PhysicalAddress> {
  for (let thread = at(k, process).firstThread; thread !== 0; ) {
    const next = Thread.at(k.store, thread).sibling;
    yield thread;
    thread = next;
  }
}

export const lifeOperations: readonly Operation[] = [
  create,
  discard,
  number,
  attach,
  detach,
  notePeak,
  exit,
  report,
  announce,
  find,
  rename,
];
