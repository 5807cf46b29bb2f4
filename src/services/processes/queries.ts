/** Looking at processes, and their groups and sessions. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Beneficiary, Credentials, Domain } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ProcessFigures, UsageFigures } from './figures.ts';
import { ProcessField, ProcessFilter, processes } from './interface.ts';
import { threadsOf } from './life.ts';
import { LIMIT_COUNT, ProcessState } from './records.ts';
import { at, byNumber, type ProcessView, rootOf } from './tree.ts';

function field(k: Kernel, view: ProcessView, which: number): number {
  switch (which) {
    case ProcessField.id:
      return view.id;
    case ProcessField.parent:
      return view.parent === 0 ? 0 : at(k, view.parent).id;
    case ProcessField.group:
      return view.group;
    case ProcessField.session:
      return view.session;
    case ProcessField.personality:
      return view.personality;
    case ProcessField.threads:
      return view.threadCount;
    case ProcessField.domain:
      return view.domain;
    case ProcessField.beneficiary:
      return view.beneficiary;
    case ProcessField.firstThread:
      return view.firstThread;
    case ProcessField.state:
      return view.state;
    case ProcessField.childQueue:
      return view.children;
    case ProcessField.startTime:
      return view.started;
    case ProcessField.parentPersonality:
      return view.parent === 0 ? 0 : at(k, view.parent).personality;
    case ProcessField.parentProcess:
      return view.parent;
    case ProcessField.groupOrphaned:
      return isOrphaned(k, view.group) ? 1 : 0;
    default:
      throw new Error(`no field ${which} of a process`);
  }
}

/** An orphaned process group, as POSIX defines it; children of the first process count for nothing. */
function isOrphaned(k: Kernel, group: number): boolean {
  const { first, init } = rootOf(k);
  for (let process = first; process !== 0; process = at(k, process).next) {
    const view = at(k, process);
    if (view.group !== group || view.state === ProcessState.zombie) continue;
    if (view.parent === 0 || view.parent === init) continue;
    const parent = at(k, view.parent);
    if (parent.group !== group && parent.session === view.session) return false;
  }
  return true;
}

const get = operation(processes.get, [], {
  begin(k, f) {
    return k.done(field(k, at(k, f.process), f.field));
  },
});

const setPersonality = operation(processes.setPersonality, [], {
  begin(k, f) {
    at(k, f.process).personality = f.word;
    return k.done();
  },
});

const setReaper = operation(processes.setReaper, [], {
  begin(k, f) {
    at(k, f.process).reaper = f.on;
    return k.done();
  },
});

function accepted(k: Kernel, view: ProcessView, filter: number, id: number): boolean {
  switch (filter) {
    case ProcessFilter.group:
      return view.group === id;
    case ProcessFilter.session:
      return view.session === id;
    case ProcessFilter.user:
      return Credentials.at(k.store, Domain.at(k.store, view.domain).credentials).user === id;
    case ProcessFilter.children:
      return view.parent !== 0 && at(k, view.parent).id === id;
    default:
      return true;
  }
}

const setClone = operation(processes.setClone, [], {
  begin(k, f) {
    at(k, f.process).clone = f.on;
    return k.done();
  },
});

const next = operation(processes.next, [], {
  begin(k, f) {
    let process = f.after === 0 ? rootOf(k).first : at(k, f.after).next;
    while (process !== 0 && !accepted(k, at(k, process), f.filter, f.id)) process = at(k, process).next;
    return k.done(process, process === 0 ? 0 : at(k, process).personality);
  },
});

const setGroup = operation(processes.setGroup, [], {
  begin(k, f) {
    if (f.group < 0 || (f.group === 0 && f.id < 0)) return k.fail(ErrorNumber.EINVAL);
    const caller = at(k, f.caller);
    const process = f.id === 0 ? f.caller : byNumber(k, f.id);
    if (process === 0) return k.fail(ErrorNumber.ESRCH);
    const view = at(k, process);
    if (process !== f.caller) {
      if (view.parent !== f.caller) return k.fail(ErrorNumber.ESRCH);
      if (view.executed !== 0) return k.fail(ErrorNumber.EACCES);
    }
    const group = f.group === 0 ? view.id : f.group;
    if (view.session !== caller.session || view.session === view.id) return k.fail(ErrorNumber.EPERM);
    if (group !== view.id && !groupExists(k, group, view.session)) return k.fail(ErrorNumber.EPERM);
    view.group = group;
    return k.done();
  },
});

function groupExists(k: Kernel, group: number, session: number): boolean {
  for (let process = rootOf(k).first; process !== 0; process = at(k, process).next) {
    const view = at(k, process);
    if (view.group === group && view.session === session) return true;
  }
  return false;
}

const setSession = operation(processes.setSession, [], {
  begin(k, f) {
    const view = at(k, f.process);
    for (let process = rootOf(k).first; process !== 0; process = at(k, process).next)
      if (at(k, process).group === view.id) return k.fail(ErrorNumber.EPERM);
    view.group = view.id;
    view.session = view.id;
    return k.done(view.id);
  },
});

type UsageView = ReturnType<typeof UsageFigures.at>;

/** What the children that were waited for have used. */
function fillChildrenUsage(k: Kernel, process: PhysicalAddress, figures: UsageView): void {
  const view = at(k, process);
  figures.cyclesUser = view.childrenUser;
  figures.cyclesKernel = view.childrenKernel;
  figures.faults = view.childrenFaults;
  figures.majorFaults = view.childrenMajorFaults;
  figures.peakPages = view.childrenPeakPages;
}

/** What the threads that are gone have used. */
function fillOwnUsage(k: Kernel, process: PhysicalAddress, figures: UsageView): void {
  const { cyclesUser, cyclesKernel, instructions, faults, majorFaults } = at(k, process);
  Object.assign(figures, { cyclesUser, cyclesKernel, instructions, faults, majorFaults });
}

function addThreadUsage(k: Kernel, address: PhysicalAddress, figures: UsageView): void {
  const thread = k.threads.at(address);
  figures.cyclesUser += thread.cyclesUser;
  figures.cyclesKernel += thread.cyclesKernel;
  figures.instructions += thread.instructions;
  figures.switches += thread.switches;
  figures.faults += thread.faults;
  figures.majorFaults += thread.majorFaults;
}

const usage = operation(processes.usage, [], {
  begin(k, f) {
    const scratch = k.slab.allocate(k.domain, UsageFigures.size);
    if (scratch === 0) return k.fail(ErrorNumber.ENOMEM);
    const figures = UsageFigures.at(k.store, scratch);
    const view = at(k, f.process);
    if (f.whose === 1) fillChildrenUsage(k, f.process, figures);
    else {
      if (f.whose === 0) fillOwnUsage(k, f.process, figures);
      const threads =
        f.whose === 2 ? [k.thread] : view.state === ProcessState.zombie ? [] : threadsOf(k, f.process);
      for (const address of threads) addThreadUsage(k, address, figures);
      figures.peakPages = view.peakPages;
    }
    k.toSpan(f.into, 0, scratch, UsageFigures.size);
    k.slab.release(scratch);
    return k.done();
  },
});

type FiguresView = ReturnType<typeof ProcessFigures.at>;

/** Times and switches of the threads that live, on top of those that are gone. */
function sumThreads(k: Kernel, process: PhysicalAddress, figures: FiguresView): void {
  const view = at(k, process);
  let { cyclesUser, cyclesKernel } = view;
  let switches = 0;
  const threads = view.state === ProcessState.zombie ? [] : threadsOf(k, process);
  for (const address of threads) {
    const thread = k.threads.at(address);
    cyclesUser += thread.cyclesUser;
    cyclesKernel += thread.cyclesKernel;
    switches += thread.switches;
  }
  Object.assign(figures, { cyclesUser, cyclesKernel, switches });
}

function fillFigures(k: Kernel, process: PhysicalAddress, to: PhysicalAddress): void {
  const view = at(k, process);
  const figures = ProcessFigures.at(k.store, to);
  const { id, group, session, personality, status, started, childrenUser, childrenKernel } = view;
  Object.assign(figures, { process, id, group, session, personality, status, started });
  Object.assign(figures, { childrenUser, childrenKernel });
  figures.parent = view.parent === 0 ? 0 : at(k, view.parent).id;
  figures.zombie = view.state === ProcessState.zombie ? 1 : 0;
  figures.threads = view.threadCount;
  sumThreads(k, process, figures);
  const { credentials } = Domain.at(k.store, view.domain);
  k.memory.copy(figures.credentials, credentials, Credentials.size);
  k.memory.copy(figures.soft, view.soft, LIMIT_COUNT * 8);
  k.memory.copy(figures.hard, view.hard, LIMIT_COUNT * 8);
  const { name } = Beneficiary.at(k.meter.observer, view.beneficiary);
  k.memory.copy(figures.name, name, 32);
}

const figures = operation(processes.figures, [], {
  begin(k, f) {
    const process = byNumber(k, f.id);
    if (process === 0) return k.fail(ErrorNumber.ESRCH);
    const scratch = k.slab.allocate(k.domain, ProcessFigures.size);
    if (scratch === 0) return k.fail(ErrorNumber.ENOMEM);
    fillFigures(k, process, scratch);
    k.toSpan(f.into, 0, scratch, ProcessFigures.size);
    k.slab.release(scratch);
    return k.done();
  },
});

const numberFrom = operation(processes.numberFrom, [], {
  begin(k, f) {
    let least = 0;
    for (let process = rootOf(k).first; process !== 0; process = at(k, process).next) {
      const { id } = at(k, process);
      if (id >= f.id && (least === 0 || id < least)) least = id;
    }
    return k.done(least);
  },
});

export const queryOperations: readonly Operation[] = [
  get,
  setPersonality,
  setReaper,
  setClone,
  next,
  setGroup,
  setSession,
  usage,
  figures,
  numberFrom,
];
