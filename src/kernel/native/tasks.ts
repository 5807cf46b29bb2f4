/**
 * Tasks and their names: the table that makes a right out of a small number, for one task only.
 *
 * A task is made when its domain first needs one; it inherits its maker's special ports. A name is the place in the table and a
 * generation, so that a name that was given up means nothing for a while. Names of ports that have died become dead names when
 * they are looked at.
 */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { Domain } from '../objects.ts';
import { isScarce } from './limits.ts';
import { holdPort, releasePort } from './ports.ts';
import { NameType, PortName, PortObject, SPECIAL_PORTS, Task } from './records.ts';

export type NameView = ViewOf<typeof PortName.schema>;

const FIRST_CAPACITY = 16;
/** Names of a task at most, place 0 included: a table is one slab object. */
const MOST_NAMES = 128;
const GENERATIONS = 256;
/** References that a name counts at most. */
export const MOST_REFERENCES = 0xffff;

/** The names that stand for no port, as Mach has them. */
export const NULL_NAME = 0;
export const DEAD_NAME = 0xffff_ffff;

function entry(k: Kernel, table: PhysicalAddress, place: number): NameView {
  return PortName.at(k.store, table + place * PortName.size);
}

/** The task of a domain, made when there is none; 0 when there is no memory. */
export function taskOf(k: Kernel, domain: PhysicalAddress): PhysicalAddress {
  const { task } = Domain.at(k.store, domain);
  return task === 0 ? makeTask(k, domain) : task;
}

/** The task of the thread that has called. */
export function callingTask(k: Kernel): PhysicalAddress {
  return taskOf(k, k.threads.observe(k.thread).domain);
}

function makeTask(k: Kernel, domain: PhysicalAddress): PhysicalAddress {
  if (isScarce(k)) return 0;
  const owner = k.domainOfPlan(1);
  const task = k.slab.allocate(owner, Task.size);
  if (task === 0) return 0;
  const names = k.slab.allocate(owner, FIRST_CAPACITY * PortName.size);
  if (names === 0) {
    k.slab.release(task);
    return 0;
  }
  const view = Task.at(k.store, task);
  view.domain = domain;
  view.names = names;
  view.capacity = FIRST_CAPACITY;
  linkFree(k, names, 1, FIRST_CAPACITY);
  view.firstFree = 1;
  Domain.at(k.store, domain).task = task;
  return task;
}

/** The places from `first` on become the list of free ones. */
function linkFree(k: Kernel, table: PhysicalAddress, first: number, end: number): void {
  for (let place = first; place < end; place++) entry(k, table, place).next = place + 1 < end ? place + 1 : 0;
}

/** A domain made by another one's thread: its task has the same special ports. */
export function inheritSpecialPorts(k: Kernel, from: PhysicalAddress, to: PhysicalAddress): void {
  const { task } = Domain.at(k.store, from);
  if (task === 0) return;
  const { special } = Task.at(k.store, task);
  const { u32 } = k.store;
  if (u32.subarray(special >>> 2, (special >>> 2) + SPECIAL_PORTS).every((port) => port === 0)) return;
  const made = taskOf(k, to);
  if (made === 0) return;
  const child = Task.at(k.store, made).special;
  for (let index = 0; index < SPECIAL_PORTS; index++) {
    const port = u32[(special >>> 2) + index] as number;
    if (port !== 0) holdPort(k, port);
    u32[(child >>> 2) + index] = port;
  }
}

/** A table of twice the size. False when it may not be, or there is no memory. */
function grow(k: Kernel, task: PhysicalAddress): boolean {
  const view = Task.at(k.store, task);
  const { names, capacity } = view;
  if (capacity >= MOST_NAMES || isScarce(k)) return false;
  const larger = k.slab.allocate(k.domainOfPlan(1), 2 * capacity * PortName.size);
  if (larger === 0) return false;
  k.memory.copy(larger, names, capacity * PortName.size);
  k.slab.release(names);
  linkFree(k, larger, capacity, 2 * capacity);
  view.names = larger;
  view.capacity = 2 * capacity;
  view.firstFree = capacity;
  return true;
}

/** A new name with no port yet; undefined when the task has as many as it may, or there is no memory. */
export function addName(k: Kernel, task: PhysicalAddress): { name: number; view: NameView } | undefined {
  const view = Task.at(k.store, task);
  if (view.firstFree === 0 && !grow(k, task)) return undefined;
  const place = view.firstFree;
  const made = entry(k, view.names, place);
  view.firstFree = made.next;
  made.next = 0;
  made.references = 0;
  return { name: place * GENERATIONS + made.generation, view: made };
}

/** Gives a name up. Whoever calls has taken care of its port. */
export function dropName(k: Kernel, task: PhysicalAddress, view: NameView): void {
  const owner = Task.at(k.store, task);
  view.port = 0;
  view.type = NameType.free;
  view.generation = (view.generation + 1) % GENERATIONS;
  view.next = owner.firstFree;
  owner.firstFree = (view.address - owner.names) / PortName.size;
}

/** The number by which a task knows an entry of its table. */
export function numberOf(k: Kernel, task: PhysicalAddress, view: NameView): number {
  const place = (view.address - Task.at(k.store, task).names) / PortName.size;
  return place * GENERATIONS + view.generation;
}

/** What a name means to a task; undefined when nothing. A name of a port that has died is a dead name from now on. */
export function findName(k: Kernel, task: PhysicalAddress, name: number): NameView | undefined {
  const { names, capacity } = Task.at(k.store, task);
  const place = Math.floor(name / GENERATIONS);
  if (place < 1 || place >= capacity) return undefined;
  const view = entry(k, names, place);
  const { type } = view;
  if (type === NameType.free || view.generation !== name % GENERATIONS) return undefined;
  if (type !== NameType.deadName && PortObject.at(k.store, view.port).dead !== 0) becomeDead(k, view);
  return view;
}

function becomeDead(k: Kernel, view: NameView): void {
  const { port } = view;
  view.type = NameType.deadName;
  view.references = Math.max(1, view.references);
  view.port = 0;
  releasePort(k, port);
}

/** A task's name for the send or receive right to a port, of which it has one at most; undefined when it has none. */
export function nameForPort(k: Kernel, task: PhysicalAddress, port: PhysicalAddress): NameView | undefined {
  const { names, capacity } = Task.at(k.store, task);
  for (let place = 1; place < capacity; place++) {
    const view = entry(k, names, place);
    if (view.port === port && (view.type & (NameType.send | NameType.receive)) !== 0) return view;
  }
  return undefined;
}

/** All names of a task, as they are now. */
export function* namesOf(k: Kernel, task: PhysicalAddress): Generator<NameView> {
  const { names, capacity } = Task.at(k.store, task);
  for (let place = 1; place < capacity; place++) {
    const view = entry(k, names, place);
    if (view.type !== NameType.free) yield view;
  }
}
