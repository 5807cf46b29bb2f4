/**
 * What the supervisor keeps for this service: where the files of read-only and host layers are that somebody holds, so that
 * they can be held again after the server's death. A file that was changed in memory is forgotten: that change is lost. One on
 * a disk is remembered again when the change is there.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { forgetKeepsake, keep, keepsForLater } from '../../kernel/keepsakes.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind } from './attributes.ts';
import { ROOT_INODE } from './ext2/layout.ts';
import { MountKind } from './interface.ts';
import { pathInLayer, presentPath } from './layers.ts';
import { mountAt, NodeFlag, type NodeView, nodeAt } from './records.ts';

/** Where the path begins in a keepsake of a disk's file, behind what `diskKeepsake` reads. */
const DISK_PATH = 11;

/** A keepsake: a MountKind, the number of the mount's layer, and the path in it; of a disk's file as `diskBytes` says. */
export function remember(k: Kernel, address: PhysicalAddress): void {
  if (!keepsForLater(k)) return;
  const node = nodeAt(k, address);
  const { kind, layer, root } = mountAt(k, node.mount);
  if (kind === MountKind.disk) {
    if (isStored(node)) keep(k, address, diskBytes(k, address, layer));
    return;
  }
  if (kind !== MountKind.overlay && kind !== MountKind.host) return;
  if (node.lowerPath === 0 && kind === MountKind.overlay && address !== root) return;
  if (node.ownPages > 0 || node.maskedPages > 0) return;
  const path = pathInLayer(k, address);
  if (path === undefined) return;
  const bytes = new Uint8Array(2 + path.length);
  bytes.set([kind, layer]);
  bytes.set(path, 2);
  keep(k, address, bytes);
}

/** Is all that programs know of a file on its disk, or kept for it? A directory's names always are. */
function isStored({ flags, mode, ownPages, links }: NodeView): boolean {
  if ((flags & NodeFlag.stored) === 0 || links === 0) return false;
  return (
    (mode & FileKind.mask) === FileKind.directory || (ownPages === 0 && (flags & NodeFlag.touched) === 0)
  );
}

/** After the layer: inode and incarnation in four bytes each, 1 when a path is known, and the path. */
function diskBytes(k: Kernel, address: PhysicalAddress, layer: number): Uint8Array {
  const { number, incarnation } = nodeAt(k, address);
  // The root is held before its mount knows it.
  const path = number === ROOT_INODE ? new Uint8Array(0) : presentPath(k, address);
  const bytes = new Uint8Array(DISK_PATH + (path?.length ?? 0));
  const view = new DataView(bytes.buffer);
  bytes.set([MountKind.disk, layer]);
  view.setUint32(2, number, true);
  view.setUint32(6, incarnation, true);
  bytes[DISK_PATH - 1] = path === undefined ? 0 : 1;
  bytes.set(path ?? [], DISK_PATH);
  return bytes;
}

/** What was changed of a file on a disk is there now: it can be found again, if somebody holds it. */
export function rememberStored(k: Kernel, address: PhysicalAddress): void {
  if (keepsForLater(k) && nodeAt(k, address).holds > 0) remember(k, address);
}

/** Nobody holds it any more. */
export function disremember(k: Kernel, address: PhysicalAddress): void {
  if (keepsForLater(k)) forgetKeepsake(k, address);
}

/** Its content is no longer what the layer has. */
export function noteChange(k: Kernel, address: PhysicalAddress): void {
  if (!keepsForLater(k)) return;
  const { mode, mount } = nodeAt(k, address);
  if ((mode & FileKind.mask) === FileKind.directory) return;
  const { kind } = mountAt(k, mount);
  if (kind === MountKind.overlay || kind === MountKind.disk) forgetKeepsake(k, address);
}
