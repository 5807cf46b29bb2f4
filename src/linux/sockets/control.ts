/** Ancillary data: descriptors and credentials that travel with messages (cmsg(3), unix(7)). */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MessageFigures } from '../../services/network/figures.ts';
import { MessageFlag, MOST_RIGHTS, network } from '../../services/network/interface.ts';
import { opening } from '../calls/opening.ts';
import { CLOSE_ON_EXEC, fileOf, openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { currentProcess, currentThread, ownSpan } from '../state.ts';
import { ABOUT, aboutAt, bytesAt, ROOM, unsigned64 } from './layout.ts';

export const control = serviceInterface('linux', {
  /** Closes the descriptions in a MessageFigures record, from number `first` on. */
  dropRights: { about: 'number', first: 'number' },
  /** Reads ancillary data of the program and puts what it says into a draft. EINVAL, EBADF, EPERM, EFAULT. */
  fillDraft: { draft: 'number', control: 'number', length: 'number' },
  /**
   * Writes ancillary data of the message that ABOUT tells of to the program, and gives its descriptions descriptors. Value:
   * bytes written; second: MessageFlag bits.
   */
  tellControl: { control: 'number', room: 'number', flags: 'number' },
});

const SOCKET_LEVEL = 1;
const ControlType = { rights: 1, credentials: 2 } as const;
/** struct cmsghdr: length with the header, level, type; what follows is aligned to 8 bytes. */
const HEADER = 16;
/** struct ucred: process, user, group. */
const CREDENTIALS = 12;
const ALIGNMENT = 8;

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

const dropRights = operation(control.dropRights, [], {
  begin(k, f) {
    const { rightCount, rights } = MessageFigures.at(k.store, f.about);
    if (f.first >= rightCount) return k.done();
    const file = k.memory.read32(rights + f.first * 4);
    f.first += 1;
    return k.call(internal.closeFile, { file }, 'begin');
  },
});

interface FillFrame {
  readonly draft: number;
  readonly length: number;
  at: number;
  count: number;
  error: number;
}

/** Descriptions of the descriptors at a place, held and put where ABOUT is; -1 when one is not open, those held by then counted. */
function holdRights(k: Kernel, f: FillFrame, at: number, count: number): boolean {
  const into = currentThread(k).scratch2 + ABOUT;
  for (f.count = 0; f.count < count; f.count += 1) {
    const file = fileOf(k, k.memory.read32(at + f.count * 4) | 0);
    if (file === undefined) return false;
    file.references += 1;
    k.memory.write32(into + f.count * 4, file.address);
  }
  return true;
}

/** Looks at the next element of the ancillary data. */
function element(k: Kernel, f: FillFrame): OutcomeNumber {
  if (f.at + HEADER > f.length) return k.done();
  const at = bytesAt(k) + f.at;
  const length = unsigned64(k, at);
  if (length < HEADER || f.at + length > f.length) return k.fail(ErrorNumber.EINVAL);
  const [level, type] = [k.memory.read32(at + 8), k.memory.read32(at + 12)];
  f.at += aligned(length);
  if (level !== SOCKET_LEVEL) return k.goto('next');
  const data = at + HEADER;
  if (type === ControlType.rights) return attach(k, f, data, Math.floor((length - HEADER) / 4));
  if (type !== ControlType.credentials || length !== HEADER + CREDENTIALS) return k.fail(ErrorNumber.EINVAL);
  const [process, user, group] = [0, 4, 8].map((offset) => k.memory.read32(data + offset)) as [
    number,
    number,
    number,
  ];
  const self = currentProcess(k).id;
  return k.call(network.state, { draft: f.draft, process, user, group, self }, 'stated');
}

function attach(k: Kernel, f: FillFrame, data: number, count: number): OutcomeNumber {
  if (count > MOST_RIGHTS) return k.fail(ErrorNumber.EINVAL);
  if (count === 0) return k.goto('next');
  if (!holdRights(k, f, data, count)) {
    f.error = ErrorNumber.EBADF;
    return k.goto('undo');
  }
  const rights = ownSpan(currentThread(k).scratch2 + ABOUT, count * 4);
  return k.call(network.attach, { draft: f.draft, rights }, 'attached');
}

const fillDraft = operation(control.fillDraft, ['at', 'count', 'error'], {
  begin(k, f) {
    if (f.length > ROOM) return k.fail(ErrorNumber.ENOBUFS);
    return k.call(internal.readUser, { address: f.control, into: bytesAt(k), length: f.length }, 'read');
  },
  read(k, _f, reply) {
    return reply.error === 0 ? k.goto('next') : k.fail(reply.error);
  },
  next: element,
  stated(k, _f, reply) {
    return reply.error === 0 ? k.goto('next') : k.fail(reply.error);
  },
  attached(k, f, reply) {
    f.error = reply.error;
    return k.goto(f.error === 0 ? 'next' : 'undo');
  },
  undo(k, f) {
    if (f.count === 0) return k.fail(f.error);
    f.count -= 1;
    const file = k.memory.read32(currentThread(k).scratch2 + ABOUT + f.count * 4);
    return k.call(internal.closeFile, { file }, 'undo');
  },
});

interface TellFrame {
  readonly control: number;
  readonly room: number;
  readonly flags: number;
  used: number;
  /** Rights that fit, and those that have a descriptor. */
  fits: number;
  given: number;
  truncated: number;
}

/** Writes an element's header to where the ancillary data are put together. */
function putHeader(k: Kernel, at: number, length: number, type: number): void {
  k.memory.write32(at, length);
  k.memory.write32(at + 4, 0);
  k.memory.write32(at + 8, SOCKET_LEVEL);
  k.memory.write32(at + 12, type);
}

/** Who sent the message, if the receiver wants to know. */
function putCredentials(k: Kernel, f: TellFrame): void {
  const { stated, process, user, group } = MessageFigures.at(k.store, aboutAt(k));
  if (stated === 0) return;
  if (f.room < HEADER) {
    f.truncated = 1;
    return;
  }
  const at = bytesAt(k);
  const length = Math.min(HEADER + CREDENTIALS, f.room);
  if (length < HEADER + CREDENTIALS) f.truncated = 1;
  putHeader(k, at, length, ControlType.credentials);
  k.memory.write32(at + HEADER, process);
  k.memory.write32(at + HEADER + 4, user);
  k.memory.write32(at + HEADER + 8, group);
  k.memory.write32(at + HEADER + 12, 0);
  f.used = Math.min(aligned(length), f.room);
}

/** Gives the next right that fits a descriptor. */
function give(k: Kernel, f: TellFrame): OutcomeNumber {
  if (f.given === f.fits) return k.goto('given');
  const { rights } = MessageFigures.at(k.store, aboutAt(k));
  const file = k.memory.read32(rights + f.given * 4);
  if ((f.flags & MessageFlag.peek) !== 0) openFileAt(k, file).references += 1;
  const flags = (f.flags & MessageFlag.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
  return k.call(opening.installFile, { file, flags }, 'installed');
}

function installed(k: Kernel, f: TellFrame, reply: Reply): OutcomeNumber {
  if (reply.error !== 0) {
    // There is no descriptor for it, nor for those after it; its own hold is gone.
    f.fits = f.given;
    f.truncated = 2;
    return k.goto('given');
  }
  k.memory.write32(bytesAt(k) + f.used + HEADER + f.given * 4, reply.value);
  f.given += 1;
  return k.goto('give');
}

const tellControl = operation(control.tellControl, ['used', 'fits', 'given', 'truncated'], {
  begin(k, f) {
    const { rightCount } = MessageFigures.at(k.store, aboutAt(k));
    putCredentials(k, f);
    const room = Math.floor((f.room - f.used - HEADER) / 4);
    f.fits = Math.min(rightCount, Math.max(0, room));
    if (f.fits < rightCount) f.truncated = 1;
    return k.goto('give');
  },
  give,
  installed,
  given(k, f) {
    const peeks = (f.flags & MessageFlag.peek) !== 0;
    // Of those that are left, one may have been closed for want of a descriptor.
    const first = f.given + (f.truncated === 2 ? 1 : 0);
    return peeks ? k.goto('tell') : k.call(control.dropRights, { about: aboutAt(k), first }, 'tell');
  },
  tell(k, f) {
    if (f.given > 0) {
      const length = HEADER + f.given * 4;
      putHeader(k, bytesAt(k) + f.used, length, ControlType.rights);
      f.used = Math.min(f.used + aligned(length), f.room);
    }
    const request = { address: f.control, from: bytesAt(k), length: f.used };
    return k.call(internal.writeUser, request, 'told');
  },
  told(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    return k.done(f.used, f.truncated === 0 ? 0 : MessageFlag.controlTruncated);
  },
});

export const controlOperations: readonly Operation[] = [dropRights, fillDraft, tellControl];
