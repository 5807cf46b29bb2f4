/**
 * Mach's calls on the names of the calling task: making ports, rights to them and their ends, notices, special ports.
 *
 * A call that gives a name gives it in a1. Rights are named as MACH_PORT_RIGHT_*: send 0, receive 1, send-once 2, dead name 4.
 */
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { answer, answerWith, type NativeCall, nativeCall } from './call.ts';
import { allocate } from './limits.ts';
import { Disposition } from './message-layout.ts';
import { makeNotice, Notice } from './notices.ts';
import {
  createPort,
  destroyRight,
  enqueue,
  freeMessage,
  holdPort,
  isInSet,
  joinSet,
  killPort,
  LARGEST_LIMIT,
  leaveSet,
  portAt,
  releasePort,
} from './ports.ts';
import { NameRequest, NameType, SPECIAL_PORTS, Task } from './records.ts';
import { Result } from './results.ts';
import { copyInRight, copyOutRight, dropReference, mayCopyIn, takeAway } from './rights.ts';
import {
  addName,
  callingTask,
  dropName,
  findName,
  MOST_REFERENCES,
  type NameView,
  NULL_NAME,
} from './tasks.ts';

/** The right that a number of MACH_PORT_RIGHT_* stands for. */
const RIGHTS: { readonly [right: number]: number } = {
  0: NameType.send,
  1: NameType.receive,
  2: NameType.sendOnce,
  3: NameType.portSet,
  4: NameType.deadName,
};
const RECEIVE_RIGHT = 1;
const PORT_SET = 3;
/** MACH_PORT_TYPE_* are the bits of NameType from here on. */
const TYPE_SHIFT = 16;

type Named = (k: Kernel, task: PhysicalAddress, view: NameView) => OutcomeNumber;

/** Looks a name of the caller's up, for a call that needs one. */
function withName(k: Kernel, name: number, then: Named): OutcomeNumber {
  const task = callingTask(k);
  const view = task === 0 ? undefined : findName(k, task, name);
  return task === 0 || view === undefined ? answer(k, Result.invalidName) : then(k, task, view);
}

const allocatePort = nativeCall({
  name: 'mach_port_allocate',
  arguments: { right: 'word' },
  steps: {
    begin(k, f) {
      if (f.right !== RECEIVE_RIGHT && f.right !== PORT_SET) return answer(k, Result.invalidValue);
      const task = callingTask(k);
      const port = task === 0 ? 0 : createPort(k);
      if (port === 0) return answer(k, Result.resourceShortage);
      const made = addName(k, task);
      if (made === undefined) {
        releasePort(k, port);
        return answer(k, Result.noSpace);
      }
      made.view.port = port;
      made.view.type = f.right === PORT_SET ? NameType.portSet : NameType.receive;
      portAt(k, port).receiver = task;
      return answerWith(k, Result.success, made.name);
    },
  },
});

/** A send-once right that is given up unused is heard of by its port's receiver. */
function dropSendOnce(k: Kernel, task: PhysicalAddress, view: NameView): void {
  const { port } = view;
  dropName(k, task, view);
  destroyRight(k, port, NameType.sendOnce);
}

const deallocate = nativeCall({
  name: 'mach_port_deallocate',
  arguments: { name: 'word' },
  steps: {
    begin: (k, f) =>
      withName(k, f.name, (_k, task, view) => {
        if (view.type === NameType.receive || view.type === NameType.portSet)
          return answer(k, Result.invalidRight);
        if (view.type === NameType.sendOnce) dropSendOnce(k, task, view);
        else dropReference(k, task, view);
        return answer(k, Result.success);
      }),
  },
});

const insertRight = nativeCall({
  name: 'mach_port_insert_right',
  arguments: { name: 'word', disposition: 'word' },
  steps: {
    begin: (k, f) =>
      withName(k, f.name, (_k, task, view) => {
        const { makeSend, makeSendOnce, copySend } = Disposition;
        if (![makeSend, makeSendOnce, copySend].some((known) => known === f.disposition))
          return answer(k, Result.invalidValue);
        if (view.type === NameType.deadName || !mayCopyIn(k, task, f.name, f.disposition))
          return answer(k, Result.invalidRight);
        const name = copyOutRight(k, task, copyInRight(k, task, f.name, f.disposition));
        return name === NULL_NAME ? answer(k, Result.noSpace) : answerWith(k, Result.success, name);
      }),
  },
});

/** Destroys a receive right: the port dies, and a send right under the same name becomes a dead name. */
function destroyReceive(k: Kernel, task: PhysicalAddress, view: NameView): void {
  const { port } = view;
  holdPort(k, port);
  takeAway(k, task, view, NameType.receive);
  killPort(k, port);
  releasePort(k, port);
}

function changeReferences(k: Kernel, task: PhysicalAddress, view: NameView, delta: number): OutcomeNumber {
  const next = view.references + delta;
  if (next < 0) return answer(k, Result.invalidValue);
  if (next > MOST_REFERENCES) return answer(k, Result.referencesOverflow);
  if (next > 0) view.references = next;
  else {
    view.references = 1;
    dropReference(k, task, view);
  }
  return answer(k, Result.success);
}

const modifyReferences = nativeCall({
  name: 'mach_port_mod_refs',
  arguments: { name: 'word', right: 'word', delta: 'signed' },
  steps: {
    begin: (k, f) =>
      withName(k, f.name, (_k, task, view) => {
        const right = RIGHTS[f.right];
        if (right === undefined) return answer(k, Result.invalidValue);
        if ((view.type & right) === 0) return answer(k, Result.invalidRight);
        if (right === NameType.send || right === NameType.deadName)
          return changeReferences(k, task, view, f.delta);
        if (f.delta !== -1) return answer(k, f.delta === 0 ? Result.success : Result.invalidValue);
        if (right === NameType.receive) destroyReceive(k, task, view);
        else if (right === NameType.portSet) destroyName(k, task, view);
        else dropSendOnce(k, task, view);
        return answer(k, Result.success);
      }),
  },
});

/** Takes a name with all that it stands for. */
export function destroyName(k: Kernel, task: PhysicalAddress, view: NameView): void {
  const { type, port } = view;
  if (type === NameType.sendOnce) {
    dropSendOnce(k, task, view);
    return;
  }
  dropName(k, task, view);
  if ((type & (NameType.receive | NameType.portSet)) !== 0) killPort(k, port);
  if (port !== 0) releasePort(k, port);
}

const destroy = nativeCall({
  name: 'mach_port_destroy',
  arguments: { name: 'word' },
  steps: {
    begin: (k, f) =>
      withName(k, f.name, (_k, task, view) => {
        destroyName(k, task, view);
        return answer(k, Result.success);
      }),
  },
});

const typeOf = nativeCall({
  name: 'mach_port_type',
  arguments: { name: 'word' },
  steps: {
    begin: (k, f) =>
      withName(k, f.name, (_k, _task, view) => answerWith(k, Result.success, view.type << TYPE_SHIFT)),
  },
});

const setLimit = nativeCall({
  name: 'mach_port_set_qlimit',
  arguments: { name: 'word', limit: 'word' },
  steps: {
    begin: (k, f) =>
      withName(k, f.name, (_k, _task, view) => {
        if ((view.type & NameType.receive) === 0) return answer(k, Result.invalidRight);
        if (f.limit > LARGEST_LIMIT) return answer(k, Result.invalidValue);
        const port = portAt(k, view.port);
        port.limit = f.limit;
        k.wake(port.senders);
        return answer(k, Result.success);
      }),
  },
});

const moveMember = nativeCall({
  name: 'mach_port_move_member',
  arguments: { member: 'word', after: 'word' },
  steps: {
    begin: (k, f) =>
      withName(k, f.member, (_k, task, view) => {
        if ((view.type & NameType.receive) === 0) return answer(k, Result.invalidRight);
        const { port } = view;
        if (f.after === NULL_NAME) {
          if (!isInSet(k, port)) return answer(k, Result.notInSet);
          leaveSet(k, port);
          return answer(k, Result.success);
        }
        const set = findName(k, task, f.after);
        if (set === undefined) return answer(k, Result.invalidName);
        if (set.type !== NameType.portSet) return answer(k, Result.invalidRight);
        joinSet(k, port, set.port);
        return answer(k, Result.success);
      }),
  },
});

/** Asks for a message to a port of the caller's when another one dies. */
function requestNotice(k: Kernel, task: PhysicalAddress, view: NameView, name: number, notify: number) {
  const receiver = findName(k, task, notify);
  if (receiver === undefined || (receiver.type & NameType.receive) === 0)
    return answer(k, Result.invalidCapability);
  const message = makeNotice(k, Notice.deadName, name);
  if (message === 0) return answer(k, Result.resourceShortage);
  if (view.type === NameType.deadName) {
    enqueue(k, receiver.port, message);
    return answer(k, Result.success);
  }
  const address = allocate(k, 'requests', NameRequest.size);
  if (address === 0) {
    freeMessage(k, message);
    return answer(k, Result.resourceShortage);
  }
  const request = NameRequest.at(k.store, address);
  const port = portAt(k, view.port);
  holdPort(k, receiver.port);
  request.task = task;
  request.name = name;
  request.notify = receiver.port;
  request.message = message;
  request.next = port.requests;
  port.requests = address;
  return answer(k, Result.success);
}

const requestNotification = nativeCall({
  name: 'mach_port_request_notification',
  arguments: { name: 'word', id: 'word', notify: 'word' },
  steps: {
    begin: (k, f) =>
      withName(k, f.name, (_k, task, view) =>
        f.id === Notice.deadName
          ? requestNotice(k, task, view, f.name, f.notify)
          : answer(k, Result.invalidValue),
      ),
  },
});

export function specialCell(k: Kernel, task: PhysicalAddress, which: number): number {
  return (Task.at(k.store, task).special >>> 2) + which;
}

const getSpecialPort = nativeCall({
  name: 'task_get_special_port',
  arguments: { which: 'word' },
  steps: {
    begin(k, f) {
      if (f.which >= SPECIAL_PORTS) return answer(k, Result.invalidArgument);
      const task = callingTask(k);
      if (task === 0) return answer(k, Result.resourceShortage);
      const port = k.store.u32[specialCell(k, task, f.which)] as number;
      if (port === 0) return answerWith(k, Result.success, NULL_NAME);
      holdPort(k, port);
      const name = copyOutRight(k, task, { port, type: NameType.send });
      return name === NULL_NAME ? answer(k, Result.noSpace) : answerWith(k, Result.success, name);
    },
  },
});

const setSpecialPort = nativeCall({
  name: 'task_set_special_port',
  arguments: { which: 'word', name: 'word' },
  steps: {
    begin(k, f) {
      if (f.which >= SPECIAL_PORTS) return answer(k, Result.invalidArgument);
      const task = callingTask(k);
      if (task === 0) return answer(k, Result.resourceShortage);
      if (!mayCopyIn(k, task, f.name, Disposition.copySend)) return answer(k, Result.invalidRight);
      const { port } = copyInRight(k, task, f.name, Disposition.copySend);
      const cell = specialCell(k, task, f.which);
      const before = k.store.u32[cell] as number;
      k.store.u32[cell] = port;
      if (before !== 0) releasePort(k, before);
      return answer(k, Result.success);
    },
  },
});

export const portCalls: readonly NativeCall[] = [
  allocatePort,
  deallocate,
  insertRight,
  modifyReferences,
  destroy,
  typeOf,
  setLimit,
  moveMember,
  requestNotification,
  getSpecialPort,
  setSpecialPort,
];
