/**
 * The operations that tell and set what a node is: `attributes`, `change`, `access`, `word`, `setWord`, `figures`, `path`.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { KernelRoot } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Attributes, FileKind, FilesystemFigures, ModeBit } from './attributes.ts';
import { instantNow, setTimes } from './clock.ts';
import { originalOf } from './copies.ts';
import { volumeAt } from './ext2/records.ts';
import { formatOf } from './format.ts';
import { ChangeFlag, files, MountKind } from './interface.ts';
import { roomOf } from './mounts.ts';
import { LONGEST_NAME } from './names.ts';
import { kindOf } from './nodes.ts';
import { blocksOf } from './pages.ts';
import { bring, PENDING } from './pending.ts';
import { type Caller, callerOf, granted, isReadOnly, owns, Right } from './permissions.ts';
import { type MountView, mountAt, NodeFlag, type NodeView, nodeAt } from './records.ts';
import { canSupply, supplySpan } from './spans.ts';
import { scratchOf } from './storage.ts';
import type { FilesWiring } from './wiring.ts';

/** Moves an answer built at `from` into a span; asks for the span's pages and comes back to `again` when they are not there. */
export function answer(
  k: Kernel,
  w: FilesWiring,
  into: Span,
  from: PhysicalAddress,
  length: number,
  again: string,
): OutcomeNumber {
  const wanted = Math.min(length, into.length);
  const moved = k.toSpan(into, 0, from, wanted);
  if (moved === wanted) return k.done(wanted);
  if (!canSupply(w, into)) return k.fail(ErrorNumber.EFAULT);
  return supplySpan(k, w, into, moved, true, again);
}

/** Bytes of a directory's size for each of its entries, '.' and '..' included, as Linux's tmpfs tells it. */
const ENTRY_SIZE = 20;

function writeAttributes(k: Kernel, address: PhysicalAddress, at: PhysicalAddress): void {
  const node = nodeAt(k, address);
  const mount = mountAt(k, node.mount);
  const to = Attributes.at(k.store, at);
  to.mode = node.mode;
  to.links = node.links;
  to.user = node.user;
  to.group = node.group;
  to.number = node.number;
  to.filesystem = mount.device;
  to.device = node.device;
  to.mountRoot = mount.root === address ? 1 : 0;
  to.size =
    kindOf(node) === FileKind.directory && mount.kind !== MountKind.supplied && mount.kind !== MountKind.disk
      ? ENTRY_SIZE * (2 + node.entries)
      : node.size;
  to.blocks = mount.kind === MountKind.disk ? node.blocks : blocksOf(node);
  to.word = kindOf(node) === FileKind.symbolicLink ? 0 : node.word;
  writeTimes(node, to);
}

function writeTimes(node: NodeView, to: ReturnType<typeof Attributes.at>): void {
  to.accessSeconds = node.accessSeconds;
  to.modifySeconds = node.modifySeconds;
  to.changeSeconds = node.changeSeconds;
  to.birthSeconds = node.birthSeconds;
  to.accessNanoseconds = node.accessNanoseconds;
  to.modifyNanoseconds = node.modifyNanoseconds;
  to.changeNanoseconds = node.changeNanoseconds;
  to.birthNanoseconds = node.birthNanoseconds;
}

function attributesOperation(w: FilesWiring): Operation {
  const tell = (k: Kernel, f: { node: number; into: Span }): OutcomeNumber => {
    const at = scratchOf(k);
    writeAttributes(k, originalOf(k, f.node), at);
    return answer(k, w, f.into, at, Attributes.size, 'supplied');
  };
  return operation(files.attributes, [], {
    begin(k, f) {
      return tell(k, f);
    },
    supplied(k, f, reply) {
      return reply.error === 0 ? tell(k, f) : k.fail(ErrorNumber.EFAULT);
    },
  });
}

interface ChangeFrame {
  readonly node: number;
  readonly flags: number;
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  readonly accessSeconds: number;
  readonly accessNanoseconds: number;
  readonly modifySeconds: number;
  readonly modifyNanoseconds: number;
}

function asks(f: ChangeFrame, flag: number): boolean {
  return (f.flags & flag) !== 0;
}

/** 0, or the negative error number of a change that the caller may not make. */
function mayChange(node: NodeView, f: ChangeFrame, who: Caller): number {
  if (who.user === 0) return 0;
  if (asks(f, ChangeFlag.user) && (f.user !== node.user || who.user !== node.user)) return -ErrorNumber.EPERM;
  if (asks(f, ChangeFlag.group)) {
    const own = who.member(f.group) || f.group === node.group;
    if (who.user !== node.user || !own) return -ErrorNumber.EPERM;
  }
  if (asks(f, ChangeFlag.mode) && who.user !== node.user) return -ErrorNumber.EPERM;
  return mayChangeTimes(node, f, who);
}

function mayChangeTimes(node: NodeView, f: ChangeFrame, who: Caller): number {
  if (!asks(f, ChangeFlag.accessTime | ChangeFlag.modifyTime)) return 0;
  if (owns(node, who)) return 0;
  if (!asks(f, ChangeFlag.now)) return -ErrorNumber.EPERM;
  return granted(node, Right.write, who) ? 0 : -ErrorNumber.EACCES;
}

function changeOwner(k: Kernel, f: ChangeFrame): void {
  const node = nodeAt(k, f.node);
  if (asks(f, ChangeFlag.user)) node.user = f.user;
  if (asks(f, ChangeFlag.group)) node.group = f.group;
  const { mode } = node;
  if (kindOf(node) === FileKind.directory) return;
  const group = (mode & ModeBit.groupExecute) !== 0 ? ModeBit.setGroup : 0;
  node.mode = mode & ~(ModeBit.setUser | group);
}

function changeMode(k: Kernel, f: ChangeFrame, who: Caller): void {
  const node = nodeAt(k, f.node);
  const foreign = who.user !== 0 && !who.member(node.group);
  const bits = f.mode & ModeBit.permissions & (foreign ? ~ModeBit.setGroup : ~0);
  node.mode = (node.mode & FileKind.mask) | bits;
}

function changeTimes(k: Kernel, w: FilesWiring, f: ChangeFrame): void {
  const node = nodeAt(k, f.node);
  const now = instantNow(k, w);
  if (asks(f, ChangeFlag.accessTime)) {
    const here = asks(f, ChangeFlag.now | ChangeFlag.accessNow);
    node.accessSeconds = here ? now.seconds : f.accessSeconds;
    node.accessNanoseconds = here ? now.nanoseconds : f.accessNanoseconds;
  }
  if (asks(f, ChangeFlag.modifyTime)) {
    const here = asks(f, ChangeFlag.now | ChangeFlag.modifyNow);
    node.modifySeconds = here ? now.seconds : f.modifySeconds;
    node.modifyNanoseconds = here ? now.nanoseconds : f.modifyNanoseconds;
  }
}

/** Changes the node, and back again when the host refuses. Returns 0 or a negative error number. */
function applyChange(k: Kernel, w: FilesWiring, f: ChangeFrame, who: Caller): number {
  const node = nodeAt(k, f.node);
  const { mode, user, group, modifySeconds, modifyNanoseconds } = node;
  // A link's own mode means nothing, and Linux does not change it.
  if (asks(f, ChangeFlag.mode) && kindOf(node) === FileKind.symbolicLink) return -ErrorNumber.EOPNOTSUPP;
  if (asks(f, ChangeFlag.user | ChangeFlag.group | ChangeFlag.owner)) changeOwner(k, f);
  if (asks(f, ChangeFlag.mode)) changeMode(k, f, who);
  changeTimes(k, w, f);
  const refused = formatOf(k, w, f.node).change(k, w, f.node);
  if (refused !== 0) Object.assign(node, { mode, user, group, modifySeconds, modifyNanoseconds });
  return refused;
}

function changeOperation(w: FilesWiring): Operation {
  return operation(files.change, [], {
    begin(k, f) {
      const node = nodeAt(k, f.node);
      if (isReadOnly(k, node.mount)) return k.fail(ErrorNumber.EROFS);
      if ((node.flags & NodeFlag.supplied) !== 0) return k.fail(ErrorNumber.EPERM);
      const who = callerOf(k);
      const error = mayChange(node, f, who);
      if (error !== 0) return k.fail(-error);
      const refused = applyChange(k, w, f, who);
      if (refused === PENDING) return bring(k, 'begin');
      if (refused !== 0) return k.fail(-refused);
      if (f.flags !== 0) setTimes(k, w, f.node, false, false, true);
      return k.done();
    },
  });
}

function accessOperation(): Operation {
  return operation(files.access, [], {
    begin(k, f) {
      const node = nodeAt(k, f.node);
      const kind = kindOf(node);
      const stays =
        kind === FileKind.regular || kind === FileKind.directory || kind === FileKind.symbolicLink;
      const who = callerOf(k, f.real === 1);
      if (!granted(node, f.rights, who)) return k.fail(ErrorNumber.EACCES);
      const writes = (f.rights & Right.write) !== 0;
      return writes && stays && isReadOnly(k, node.mount) ? k.fail(ErrorNumber.EROFS) : k.done();
    },
  });
}

const wordOperation = operation(files.word, [], {
  begin(k, f) {
    return k.done(nodeAt(k, f.node).word);
  },
});

const setWordOperation = operation(files.setWord, [], {
  begin(k, f) {
    const node = nodeAt(k, f.node);
    if (kindOf(node) === FileKind.symbolicLink) return k.fail(ErrorNumber.EINVAL);
    node.word = f.word;
    return k.done();
  },
});

function writeVolume(k: Kernel, mount: MountView, to: ReturnType<typeof FilesystemFigures.at>): void {
  const v = volumeAt(k, mount.volume);
  to.kind = mount.kind;
  to.flags = mount.flags;
  to.device = mount.device;
  to.longestName = LONGEST_NAME;
  to.blockSize = v.blockSize;
  to.blocks = v.blocks - v.firstDataBlock;
  to.freeBlocks = v.freeBlocks;
  to.reservedBlocks = v.reservedBlocks;
  to.files = v.inodes;
  to.freeFiles = v.freeInodes;
}

function writeFigures(k: Kernel, address: PhysicalAddress, at: PhysicalAddress): void {
  const mount = mountAt(k, nodeAt(k, address).mount);
  const to = FilesystemFigures.at(k.store, at);
  if (mount.volume !== 0) {
    writeVolume(k, mount, to);
    return;
  }
  const { frameCount } = KernelRoot.at(k.meter.observer, k.rootAddress);
  const free = roomOf(k, mount);
  to.kind = mount.kind;
  to.flags = mount.flags;
  to.device = mount.device;
  to.longestName = LONGEST_NAME;
  to.blockSize = PAGE_SIZE;
  to.blocks = mount.pageLimit === 0 ? frameCount : mount.pageLimit;
  to.freeBlocks = free;
  to.files = mount.nodes + free;
  to.freeFiles = free;
}

function figuresOperation(w: FilesWiring): Operation {
  const tell = (k: Kernel, f: { node: number; into: Span }): OutcomeNumber => {
    const at = scratchOf(k);
    writeFigures(k, f.node, at);
    return answer(k, w, f.into, at, FilesystemFigures.size, 'supplied');
  };
  return operation(files.figures, [], {
    begin(k, f) {
      return tell(k, f);
    },
    supplied(k, f, reply) {
      return reply.error === 0 ? tell(k, f) : k.fail(ErrorNumber.EFAULT);
    },
  });
}

export function factsOperations(w: FilesWiring): Operation[] {
  return [
    attributesOperation(w),
    changeOperation(w),
    accessOperation(),
    wordOperation,
    setWordOperation,
    figuresOperation(w),
  ];
}
