/**
 * The tree of processes and the list of all: links between process records, and nothing else.
 */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Process, ProcessesRoot, ProcessState } from './records.ts';

export type ProcessView = ViewOf<typeof Process.schema>;

export function at(k: Kernel, process: PhysicalAddress): ProcessView {
  return Process.at(k.store, process);
}

export function rootOf(k: Kernel): ViewOf<typeof ProcessesRoot.schema> {
  return ProcessesRoot.at(k.store, k.serviceRoot('processes'));
}

/** Puts a process at the end of the list of all. */
export function enlist(k: Kernel, process: PhysicalAddress): void {
  const root = rootOf(k);
  const view = at(k, process);
  view.previous = root.last;
  if (root.last !== 0) at(k, root.last).next = process;
  else root.first = process;
  root.last = process;
  root.count += 1;
}

export function delist(k: Kernel, process: PhysicalAddress): void {
  const root = rootOf(k);
  const { next, previous } = at(k, process);
  if (previous !== 0) at(k, previous).next = next;
  else root.first = next;
  if (next !== 0) at(k, next).previous = previous;
  else root.last = previous;
  root.count -= 1;
}

/** Makes a process the youngest child of another. */
export function adopt(k: Kernel, parent: PhysicalAddress, child: PhysicalAddress): void {
  const view = at(k, child);
  view.parent = parent;
  view.nextSibling = 0;
  view.previousSibling = 0;
  const head = at(k, parent);
  if (head.firstChild === 0) {
    head.firstChild = child;
    return;
  }
  let last = head.firstChild;
  for (let next = at(k, last).nextSibling; next !== 0; next = at(k, next).nextSibling) last = next;
  at(k, last).nextSibling = child;
  view.previousSibling = last;
}

export function orphan(k: Kernel, child: PhysicalAddress): void {
  const view = at(k, child);
  const { nextSibling, previousSibling, parent } = view;
  if (previousSibling !== 0) at(k, previousSibling).nextSibling = nextSibling;
  else if (parent !== 0) at(k, parent).firstChild = nextSibling;
  if (nextSibling !== 0) at(k, nextSibling).previousSibling = previousSibling;
  view.nextSibling = 0;
  view.previousSibling = 0;
  view.parent = 0;
}

/** The process of a number, zombies included, or 0. */
export function byNumber(k: Kernel, id: number): PhysicalAddress {
  for (let process = rootOf(k).first; process !== 0; process = at(k, process).next)
    if (at(k, process).id === id) return process;
  return 0;
}

/** The process that takes over the children of one that ends: an ancestor that asked for them, or the first process. */
function heirOf(k: Kernel, process: PhysicalAddress): PhysicalAddress {
  for (let ancestor = at(k, process).parent; ancestor !== 0; ancestor = at(k, ancestor).parent)
    if (at(k, ancestor).reaper !== 0 && at(k, ancestor).state === ProcessState.alive) return ancestor;
  return rootOf(k).init;
}

/** Gives the children of a process that ends to its heir, and wakes that when there are zombies among them. */
export function bequeath(k: Kernel, process: PhysicalAddress): void {
  const heir = at(k, process).firstChild === 0 ? 0 : heirOf(k, process);
  let zombies = false;
  for (let child = at(k, process).firstChild; child !== 0; child = at(k, process).firstChild) {
    zombies ||= at(k, child).state === ProcessState.zombie;
    orphan(k, child);
    adopt(k, heir, child);
    at(k, child).clone = 0;
  }
  if (zombies) k.wake(at(k, heir).children);
}
