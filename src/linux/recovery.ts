/**
 * A server has died and begun anew: what the personality had made there is made again. Trees are mounted as at the start;
 * durable files that somebody held are looked up and take the place of the old handles; a process whose directory is gone
 * is at the root.
 */
import type { PhysicalAddress } from '../contracts/units.ts';
import { personality } from '../kernel/entry.ts';
import { currentHandle, lostFrom, replaceHandle } from '../kernel/keepsakes.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import { files, LookupFlag } from '../services/files/interface.ts';
import { INIT_LOCALS, type InitSteps, type LinuxPlan, makingNodes, mounting, scratchPath } from './boot.ts';
import { processFrom } from './processes/directory.ts';
import { Paths } from './records.ts';

/** Where a keepsake of the files service leads in the tree as it is mounted by the plan. */
function pathOf(plan: LinuxPlan, bytes: Uint8Array): string | undefined {
  const [kind, layer] = bytes;
  const mount = plan.mounts.find((candidate) => candidate.kind === kind && candidate.layer === layer);
  const rest = new TextDecoder().decode(bytes.subarray(2));
  return mount === undefined ? undefined : `${mount.path === '/' ? '' : mount.path}/${rest}`;
}

/** Directories that the dead server gave out and that are not durable name nothing any more. */
function forgetDirectories(k: Kernel, home: PhysicalAddress): void {
  for (let process = processFrom(k, 1); process !== undefined; process = processFrom(k, process.id + 1)) {
    if (process.paths === 0) continue;
    const paths = Paths.at(k.store, process.paths);
    if (currentHandle(k, home, paths.root) === 0) paths.root = 0;
    if (currentHandle(k, home, paths.current) === 0) paths.current = 0;
  }
}

export function recoverOperation(plan: LinuxPlan, say: (message: string) => void): Operation {
  const steps: InitSteps = {
    begin: (k, f) => {
      const { service } = f as unknown as { readonly service: number };
      return k.registry.services[service]?.name === 'files' ? k.goto('mount') : k.done();
    },
    ...mounting(plan, say),
    ...makingNodes(plan),
    /** The plan's mounts and nodes are there: now the files that were held. `child` is the handle from which to go on. */
    directory(k, f) {
      const lost = lostFrom(k, k.homeOf('files'), f.child);
      if (lost === undefined) {
        forgetDirectories(k, k.homeOf('files'));
        return k.done();
      }
      f.child = lost.handle + 1;
      const path = pathOf(plan, lost.bytes);
      if (path === undefined) return k.goto('directory');
      const place = { root: 0, base: 0, path: scratchPath(k, path) };
      return k.call(files.lookup, { ...place, flags: LookupFlag.noFollow }, 'found again');
    },
    'found again'(k, f, reply) {
      if (reply.error !== 0) return k.goto('directory');
      replaceHandle(k, f.child - 1, reply.value);
      return k.call(files.pin, { node: reply.value }, 'directory');
    },
  };
  return operation(personality.recover, INIT_LOCALS, steps);
}
