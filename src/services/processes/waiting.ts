/** Waiting for children: wait4(2) and waitid(2). */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Span } from '../../contracts/service.ts';
import { WakeReason } from '../../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials, Domain } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { WaitFigures } from './figures.ts';
import { processes, WaitKind, WaitOption } from './interface.ts';
import { forget } from './life.ts';
import { ProcessState } from './records.ts';
import { at, type ProcessView } from './tree.ts';

interface WaitRequest {
  readonly process: number;
  readonly kind: number;
  readonly id: number;
  readonly options: number;
  readonly into: Span;
}

function concerns(k: Kernel, child: ProcessView, f: WaitRequest): boolean {
  if ((f.options & WaitOption.all) === 0) {
    const wanted = (f.options & WaitOption.clone) !== 0 ? 1 : 0;
    if (child.clone !== wanted) return false;
  }
  if (f.kind === WaitKind.process) return child.id === f.id;
  if (f.kind === WaitKind.group) return child.group === (f.id === 0 ? at(k, f.process).group : f.id);
  return true;
}

const How = { ended: 0, stopped: 1, continued: 2 } as const;

/** What there is to tell of a child under these options, or -1. */
function news(child: ProcessView, options: number): number {
  if (child.state === ProcessState.zombie) return options & WaitOption.exited ? How.ended : -1;
  if (child.change === 0) return -1;
  if (child.changeContinued !== 0) return options & WaitOption.continued ? How.continued : -1;
  return options & WaitOption.stopped ? How.stopped : -1;
}

function fillFigures(k: Kernel, child: ProcessView, how: number, into: Span): boolean {
  const figures = k.slab.allocate(k.domain, WaitFigures.size);
  if (figures === 0) return false;
  const view = WaitFigures.at(k.store, figures);
  view.id = child.id;
  view.how = how;
  view.status = how === How.ended ? child.status : child.change;
  view.user = Credentials.at(k.store, Domain.at(k.store, child.domain).credentials).user;
  view.cyclesUser = child.cyclesUser + child.childrenUser;
  view.cyclesKernel = child.cyclesKernel + child.childrenKernel;
  view.faults = child.faults + child.childrenFaults;
  view.majorFaults = child.majorFaults + child.childrenMajorFaults;
  view.peakPages = Math.max(child.peakPages, child.childrenPeakPages);
  k.toSpan(into, 0, figures, WaitFigures.size);
  k.slab.release(figures);
  return true;
}

/** The parent takes over what its child used, and the child is forgotten. */
function reap(k: Kernel, parent: PhysicalAddress, child: ProcessView): void {
  const view = at(k, parent);
  view.childrenUser += child.cyclesUser + child.childrenUser;
  view.childrenKernel += child.cyclesKernel + child.childrenKernel;
  view.childrenFaults += child.faults + child.childrenFaults;
  view.childrenMajorFaults += child.majorFaults + child.childrenMajorFaults;
  view.childrenPeakPages = Math.max(view.childrenPeakPages, child.peakPages, child.childrenPeakPages);
  forget(k, child.address);
}

function look(k: Kernel, f: WaitRequest): { found: ProcessView | undefined; how: number; any: boolean } {
  let any = false;
  for (let child = at(k, f.process).firstChild; child !== 0; child = at(k, child).nextSibling) {
    const view = at(k, child);
    if (!concerns(k, view, f)) continue;
    any = true;
    const how = news(view, f.options);
    if (how >= 0) return { found: view, how, any };
  }
  return { found: undefined, how: 0, any };
}

const wait = operation(processes.wait, [], {
  begin(k, f) {
    const { found, how, any } = look(k, f);
    if (found !== undefined) {
      if (!fillFigures(k, found, how, f.into)) return k.fail(ErrorNumber.ENOMEM);
      const { id } = found;
      if ((f.options & WaitOption.noWait) === 0) {
        if (how === How.ended) reap(k, f.process, found);
        else found.change = 0;
      }
      return k.done(id);
    }
    if (!any) return k.fail(ErrorNumber.ECHILD);
    if (f.options & WaitOption.noHang) return k.done(0);
    return k.wait([at(k, f.process).children], NEVER, 'woken');
  },
  woken(k, _f, reply) {
    if (reply.value === WakeReason.interrupted) return k.fail(ErrorNumber.ERESTART);
    return k.goto('begin');
  },
});

export const waitOperations: readonly Operation[] = [wait];
