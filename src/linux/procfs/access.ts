/** Who may look into a process: the rule of ptrace(2) for reading, as procfs applies it. */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials } from '../../kernel/objects.ts';
import { ProcessFigures } from '../../services/processes/figures.ts';
import { processById } from '../processes/directory.ts';
import { currentProcess } from '../state.ts';

/** prctl's setting of a process that may be looked into. */
const DUMPABLE = 1;

export function isDumpable(k: Kernel, process: number): boolean {
  return (processById(k, process)?.dumpable ?? 0) === DUMPABLE;
}

function sameUser(
  caller: ViewOf<typeof Credentials.schema>,
  target: ViewOf<typeof Credentials.schema>,
): boolean {
  const { filesystemUser, filesystemGroup } = caller;
  const users = [target.user, target.effectiveUser, target.savedUser];
  const groups = [target.group, target.effectiveGroup, target.savedGroup];
  return users.every((user) => user === filesystemUser) && groups.every((group) => group === filesystemGroup);
}

/** May the calling process look into the one whose ProcessFigures are at `figures`? */
export function mayInspect(k: Kernel, figures: PhysicalAddress): boolean {
  const target = ProcessFigures.at(k.store, figures);
  if (target.id === currentProcess(k).id) return true;
  const caller = k.credentials;
  if (caller.address === 0 || caller.effectiveUser === 0) return true;
  return sameUser(caller, Credentials.at(k.store, target.credentials)) && isDumpable(k, target.id);
}
