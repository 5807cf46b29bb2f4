/** /proc/N/mounts and mountinfo: the mounted trees, oldest first. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { ViewOf } from '../../contracts/records.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MountFigures } from '../../services/files/attributes.ts';
import { files, MountFlag, MountKind } from '../../services/files/interface.ts';
import { currentPaths, ownSpan } from '../state.ts';
import { contents } from './interface.ts';
import { SuppliedTree } from './tables.ts';
import { escaped, latin } from './text/format.ts';
import { emit, isFull } from './window.ts';

type Figures = ViewOf<typeof MountFigures.schema>;

interface Named {
  readonly type: string;
  readonly options: string;
  /** Its type when left out. */
  readonly source?: string;
}

/** The name of the filesystem, and what stands for its source. */
function typeOf({ kind, layer }: Figures): Named {
  const guarded = 'nosuid,nodev,noexec,relatime';
  if (kind === MountKind.supplied)
    return { type: layer === SuppliedTree.procfs ? 'proc' : 'sysfs', options: guarded };
  if (kind === MountKind.overlay) return { type: 'overlay', options: 'relatime' };
  if (kind === MountKind.disk) return { type: 'ext2', options: 'relatime', source: `/dev/disk${layer}` };
  return { type: kind === MountKind.host ? 'hostfs' : 'tmpfs', options: 'relatime' };
}

function line(mount: Figures, path: string, detailed: boolean): string {
  const { type, options, source = type } = typeOf(mount);
  const access = (mount.flags & MountFlag.readOnly) !== 0 ? 'ro' : 'rw';
  const place = escaped(path, ' \t\n\\');
  if (!detailed) return `${source} ${place} ${type} ${access},${options} 0 0\n`;
  const { device, parentDevice } = mount;
  return `${device} ${parentDevice} 0:${device} / ${place} ${access},${options} - ${type} ${source} ${access}\n`;
}

const mounts = operation(contents.mountsText, ['position', 'moved', 'page', 'index'], {
  begin(k, f) {
    f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
    return f.page === 0 ? k.fail(ErrorNumber.ENOMEM) : k.goto('next');
  },
  next(k, f) {
    const { root } = currentPaths(k);
    return k.call(files.mounts, { root, index: f.index, into: ownSpan(f.page, PAGE_SIZE) }, 'told');
  },
  told(k, f, reply) {
    f.index += 1;
    if (reply.error === ErrorNumber.ENOENT || isFull(f)) {
      k.frames.release(f.page / PAGE_SIZE);
      return k.done(f.moved);
    }
    // A mount that is out of sight from the root is not shown.
    if (reply.error !== 0 || reply.value === 0) return k.goto('next');
    const figures = MountFigures.at(k.store, f.page);
    const path = latin(k.memory.bytes(f.page + MountFigures.size, figures.pathLength));
    const text = line(figures, path, f.detailed !== 0);
    emit(k, f, f.page, text);
    return k.goto('next');
  },
});

export const mountOperations: readonly Operation[] = [mounts];
