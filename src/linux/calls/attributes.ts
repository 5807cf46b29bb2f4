/** Changing what files are: chmod, chown, times. Extended attributes, which no filesystem here has. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { ModeBit } from '../../services/files/attributes.ts';
import { ChangeFlag, files, LookupFlag } from '../../services/files/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { internal } from '../internal.ts';
import { settle, settleError } from '../open-files.ts';
import { currentThread } from '../state.ts';
import { read64 } from './layouts.ts';
import { type Answer, ask, give, onNode, refuse } from './shapes.ts';
import { At, lookupFlags, SubjectFlag, subjects } from './subjects.ts';

/** A change of nothing. */
const UNCHANGED = {
  flags: 0,
  mode: 0,
  user: 0,
  group: 0,
  accessSeconds: 0,
  accessNanoseconds: 0,
  modifySeconds: 0,
  modifyNanoseconds: 0,
} as const;

const ofDescriptor = ({ descriptor }: { descriptor: number }) => ({
  descriptor,
  path: 0,
  flags: SubjectFlag.descriptor,
});

/** A description without a node (a pipe, the console) takes any change and shows none. */
function change(node: PhysicalAddress, what: Partial<Record<keyof typeof UNCHANGED, number>>): Answer {
  return node === 0 ? give() : ask(files.change, { ...UNCHANGED, node, ...what });
}

function changeMode(_k: Kernel, { mode }: { mode: number }, node: PhysicalAddress): Answer {
  return change(node, { flags: ChangeFlag.mode, mode: mode & ModeBit.permissions });
}

const fchmod = onNode({
  number: 52,
  name: 'fchmod',
  arguments: { descriptor: 'descriptor', mode: 'mode' },
  subject: ofDescriptor,
  act: changeMode,
});

const fchmodat = onNode({
  number: 53,
  name: 'fchmodat',
  arguments: { descriptor: 'descriptor', path: 'path', mode: 'mode' },
  subject: ({ descriptor, path }) => ({ descriptor, path, flags: 0 }),
  act: changeMode,
});

const PATH_FLAGS = At.noFollow | At.emptyPath;

function checkFlags(_k: Kernel, { flags }: { flags: number }): number {
  return (flags & ~PATH_FLAGS) !== 0 ? ErrorNumber.EINVAL : 0;
}

const fchmodat2 = onNode({
  number: 452,
  name: 'fchmodat2',
  arguments: { descriptor: 'descriptor', path: 'path', mode: 'mode', flags: 'flags' },
  support: { partial: 'the mode of a symbolic link itself cannot be changed' },
  check: checkFlags,
  subject: ({ descriptor, path, flags }) => ({ descriptor, path, flags: lookupFlags(flags) }),
  act: changeMode,
});

/** -1 as a user or group number leaves it alone. */
const ALONE = 0xffff_ffff;

function changeOwner(
  _k: Kernel,
  { user, group }: { user: number; group: number },
  node: PhysicalAddress,
): Answer {
  const flags =
    ChangeFlag.owner | (user === ALONE ? 0 : ChangeFlag.user) | (group === ALONE ? 0 : ChangeFlag.group);
  return change(node, { flags, user, group });
}

const fchown = onNode({
  number: 55,
  name: 'fchown',
  arguments: { descriptor: 'descriptor', user: 'unsigned', group: 'unsigned' },
  subject: ofDescriptor,
  act: changeOwner,
});

const fchownat = onNode({
  number: 54,
  name: 'fchownat',
  arguments: { descriptor: 'descriptor', path: 'path', user: 'unsigned', group: 'unsigned', flags: 'flags' },
  check: checkFlags,
  subject: ({ descriptor, path, flags }) => ({ descriptor, path, flags: lookupFlags(flags) }),
  act: changeOwner,
});

/** Nanoseconds of utimensat(2) that are no time. */
const NOW = 0x3fff_ffff;
const OMIT = 0x3fff_fffe;
const BILLION = 1e9;
/** Two struct timespec. */
const TIMES_BYTES = 32;

interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

function instantAt(k: Kernel, at: PhysicalAddress): Instant {
  return { seconds: read64(k, at), nanoseconds: read64(k, at + 8) };
}

function isTime({ nanoseconds }: Instant): boolean {
  return nanoseconds === NOW || nanoseconds === OMIT || (nanoseconds >= 0 && nanoseconds < BILLION);
}

/** What both instants ask for. */
function timesRequest(access: Instant, modify: Instant) {
  const both = access.nanoseconds === NOW && modify.nanoseconds === NOW;
  let flags = both ? ChangeFlag.now : 0;
  if (access.nanoseconds !== OMIT) flags |= ChangeFlag.accessTime;
  if (modify.nanoseconds !== OMIT) flags |= ChangeFlag.modifyTime;
  if (access.nanoseconds === NOW) flags |= ChangeFlag.accessNow;
  if (modify.nanoseconds === NOW) flags |= ChangeFlag.modifyNow;
  return {
    ...UNCHANGED,
    flags,
    accessSeconds: access.seconds,
    accessNanoseconds: access.nanoseconds,
    modifySeconds: modify.seconds,
    modifyNanoseconds: modify.nanoseconds,
  };
}

const PRESENT: Instant = { seconds: 0, nanoseconds: NOW };

const utimensat = systemCall({
  number: 88,
  name: 'utimensat',
  arguments: { descriptor: 'descriptor', path: 'path', times: 'pointer', flags: 'flags' },
  support: 'full',
  locals: ['held', 'node'],
  steps: {
    begin(k, f) {
      if ((f.flags & ~PATH_FLAGS) !== 0) return k.fail(ErrorNumber.EINVAL);
      if (f.times === 0) return k.goto('find');
      const into = currentThread(k).scratch2;
      return k.call(internal.readUser, { address: f.times, into, length: TIMES_BYTES }, 'read');
    },
    read(k, _f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const { scratch2 } = currentThread(k);
      const [access, modify] = [instantAt(k, scratch2), instantAt(k, scratch2 + 16)];
      if (!isTime(access) || !isTime(modify)) return k.fail(ErrorNumber.EINVAL);
      // Nothing to do is done even to a file that is not there.
      return access.nanoseconds === OMIT && modify.nanoseconds === OMIT ? k.done() : k.goto('find');
    },
    find(k, f) {
      const { descriptor, path } = f;
      // Without a path the descriptor itself is meant.
      const own = path === 0 && descriptor !== At.currentDirectory;
      if (own && f.flags !== 0) return k.fail(ErrorNumber.EINVAL);
      const flags = own ? SubjectFlag.descriptor : lookupFlags(f.flags);
      return k.call(subjects.findNode, { descriptor, path, flags }, 'found');
    },
    found(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.node = reply.value;
      f.held = reply.second;
      if (f.node === 0) return settleError(k, f, 0);
      const { scratch2 } = currentThread(k);
      const [access, modify] =
        f.times === 0 ? [PRESENT, PRESENT] : [instantAt(k, scratch2), instantAt(k, scratch2 + 16)];
      return k.call(files.change, { ...timesRequest(access, modify), node: f.node }, 'finish');
    },
    finish(k, f, reply) {
      return settle(k, f, reply);
    },
  },
});

/** The xattr calls come in threes: by path, by path without following a link, by descriptor. Whole families differ in arguments. */
function attributeCalls<
  const Rest extends { readonly [name: string]: 'pointer' | 'size' | 'flags' | 'path' },
>(first: number, name: string, rest: Rest, answer: Answer): SystemCall[] {
  const act = (): Answer => answer;
  const byPath = (number: number, prefix: string, flags: number): SystemCall =>
    onNode({
      number,
      name: `${prefix}${name}`,
      arguments: { path: 'path', ...rest },
      support: { partial: 'no filesystem has extended attributes' },
      subject: (f) => ({ descriptor: At.currentDirectory, path: (f as { path: number }).path, flags }),
      act,
    });
  return [
    byPath(first, '', 0),
    byPath(first + 1, 'l', LookupFlag.noFollow),
    onNode({
      number: first + 2,
      name: `f${name}`,
      arguments: { descriptor: 'descriptor', ...rest },
      support: { partial: 'no filesystem has extended attributes' },
      subject: (f) => ofDescriptor(f as unknown as { descriptor: number }),
      act,
    }),
  ];
}

const NONE = refuse(ErrorNumber.EOPNOTSUPP);
const value = { name: 'path', value: 'pointer', size: 'size' } as const;

export const attributeFamily: readonly SystemCall[] = [
  fchmod,
  fchmodat,
  fchmodat2,
  fchown,
  fchownat,
  utimensat,
  ...attributeCalls(5, 'setxattr', { ...value, flags: 'flags' }, NONE),
  ...attributeCalls(8, 'getxattr', value, NONE),
  ...attributeCalls(11, 'listxattr', { list: 'pointer', size: 'size' }, give(0)),
  ...attributeCalls(14, 'removexattr', { name: 'path' }, NONE),
];
