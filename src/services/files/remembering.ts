/**
 * What the supervisor keeps for this service: where the files of read-only and host layers are that somebody holds, so that
 * they can be held again after the server's death. A file that was changed in memory is forgotten: that change is lost.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { forgetKeepsake, keep, keepsForLater } from '../../kernel/keepsakes.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind } from './attributes.ts';
import { MountKind } from './interface.ts';
import { pathInLayer } from './layers.ts';
import { mountAt, nodeAt } from './records.ts';

/** A keepsake: a MountKind, the number of the mount's layer, and the path in it. */
export function remember(k: Kernel, address: PhysicalAddress): void {
  if (!keepsForLater(k)) return;
  const node = nodeAt(k, address);
  const { kind, layer, root } = mountAt(k, node.mount);
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

/** Nobody holds it any more. */
export function disremember(k: Kernel, address: PhysicalAddress): void {
  if (keepsForLater(k)) forgetKeepsake(k, address);
}

/** Its content is no longer what the layer has. */
export function noteChange(k: Kernel, address: PhysicalAddress): void {
  if (!keepsForLater(k)) return;
  const { mode, mount } = nodeAt(k, address);
  if ((mode & FileKind.mask) === FileKind.directory) return;
  if (mountAt(k, mount).kind === MountKind.overlay) forgetKeepsake(k, address);
}
