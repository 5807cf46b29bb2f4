/**
 * Rights on their way: from a task's names into a message (copy-in) and out of it into another's (copy-out).
 *
 * A right in a message is a port, a type and one hold. Copy-in either does all of what it is asked or says why not and does
 * nothing. Copy-out gives the name by which its new owner knows it: a task has one name for the send and receive rights to a
 * port, and another for each send-once right.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { Disposition } from './message-layout.ts';
import { destroyRight, holdPort, leaveSet, portAt, releasePort } from './ports.ts';
import { NameType } from './records.ts';
import {
  addName,
  DEAD_NAME,
  dropName,
  findName,
  MOST_REFERENCES,
  type NameView,
  NULL_NAME,
  nameForPort,
  numberOf,
} from './tasks.ts';

export interface Right {
  /** 0: none. */
  readonly port: PhysicalAddress;
  /** NameType. */
  readonly type: number;
}

const NO_RIGHT: Right = { port: 0, type: NameType.free };

/** What a name must have for a disposition, and what comes of it. */
const NEEDS: { readonly [disposition: number]: { readonly has: number; readonly gives: number } } = {
  [Disposition.moveReceive]: { has: NameType.receive, gives: NameType.receive },
  [Disposition.moveSend]: { has: NameType.send, gives: NameType.send },
  [Disposition.moveSendOnce]: { has: NameType.sendOnce, gives: NameType.sendOnce },
  [Disposition.copySend]: { has: NameType.send, gives: NameType.send },
  [Disposition.makeSend]: { has: NameType.receive, gives: NameType.send },
  [Disposition.makeSendOnce]: { has: NameType.receive, gives: NameType.sendOnce },
};

/** Does a task have what a disposition of a name asks for? A dead name passes for a right that is moved or copied. */
export function mayCopyIn(k: Kernel, task: PhysicalAddress, name: number, disposition: number): boolean {
  const needs = NEEDS[disposition];
  if (needs === undefined) return false;
  if (name === NULL_NAME || name === DEAD_NAME) return true;
  const view = findName(k, task, name);
  if (view === undefined) return false;
  if (view.type === NameType.deadName) return needs.has !== NameType.receive;
  return (view.type & needs.has) !== 0;
}

/** Takes a right out of a task's names; `mayCopyIn` has said that it may be. A null or dead name gives no right. */
export function copyInRight(k: Kernel, task: PhysicalAddress, name: number, disposition: number): Right {
  const view = name === NULL_NAME || name === DEAD_NAME ? undefined : findName(k, task, name);
  const needs = NEEDS[disposition];
  if (view === undefined || needs === undefined) return NO_RIGHT;
  if (view.type === NameType.deadName) {
    if (disposition !== Disposition.copySend) dropReference(k, task, view);
    return NO_RIGHT;
  }
  const { port, type } = view;
  // An earlier right of the same message may have been this one.
  if ((type & needs.has) === 0) return NO_RIGHT;
  holdPort(k, port);
  if (disposition === Disposition.moveReceive) {
    portAt(k, port).receiver = 0;
    leaveSet(k, port);
    takeAway(k, task, view, NameType.receive);
  } else if (disposition === Disposition.moveSend || disposition === Disposition.moveSendOnce)
    dropReference(k, task, view);
  return { port, type: needs.gives };
}

/** One reference less to a name's send right, send-once right or dead name; the name goes with the last thing in it. */
export function dropReference(k: Kernel, task: PhysicalAddress, view: NameView): void {
  if (view.type === NameType.sendOnce) {
    takeAway(k, task, view, NameType.sendOnce);
    return;
  }
  view.references -= 1;
  if (view.references > 0) return;
  takeAway(k, task, view, view.type === NameType.deadName ? NameType.deadName : NameType.send);
}

/** Takes a right away from a name, and the name from its task when nothing is left. The right's own end is not made here. */
export function takeAway(k: Kernel, task: PhysicalAddress, view: NameView, type: number): void {
  const { port } = view;
  view.type &= ~type;
  if (view.type !== NameType.free) return;
  dropName(k, task, view);
  if (port !== 0) releasePort(k, port);
}

/**
 * Gives a task a right that comes with a hold. Returns its name: DEAD_NAME when the port is dead, and NULL_NAME when the task can have
 * no more names; then the right is destroyed.
 */
export function copyOutRight(k: Kernel, task: PhysicalAddress, { port, type }: Right): number {
  if (portAt(k, port).dead !== 0) {
    releasePort(k, port);
    return DEAD_NAME;
  }
  const known = type === NameType.sendOnce ? undefined : nameForPort(k, task, port);
  if (known !== undefined) {
    releasePort(k, port);
    grant(k, task, known, port, type);
    return numberOf(k, task, known);
  }
  const made = addName(k, task);
  if (made === undefined) {
    destroyRight(k, port, type);
    return NULL_NAME;
  }
  made.view.port = port;
  made.view.type = NameType.free;
  grant(k, task, made.view, port, type);
  return made.name;
}

/** Adds a right to a name of its port. */
function grant(k: Kernel, task: PhysicalAddress, view: NameView, port: PhysicalAddress, type: number): void {
  view.type |= type;
  if (type === NameType.send) view.references = Math.min(MOST_REFERENCES, view.references + 1);
  if (type !== NameType.receive) return;
  const receiving = portAt(k, port);
  receiving.receiver = task;
  receiving.carriedTo = 0;
}
