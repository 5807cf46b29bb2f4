/** Who may look into a process: the rule of ptrace(2) for reading, as procfs applies it. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ProcessFigures } from '../../services/processes/figures.ts';
import { processes } from '../../services/processes/interface.ts';
import { processById } from '../processes/directory.ts';
import { currentProcess, ownSpan } from '../state.ts';
import { contents } from './interface.ts';

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
function mayLook(k: Kernel, figures: PhysicalAddress): boolean {
  const target = ProcessFigures.at(k.store, figures);
  const caller = k.credentials;
  if (caller.address === 0 || caller.effectiveUser === 0) return true;
  return sameUser(caller, Credentials.at(k.store, target.credentials)) && isDumpable(k, target.id);
}

const allow = operation(contents.allow, ['figures'], {
  begin(k, f) {
    if (f.id === currentProcess(k).id) return k.done();
    f.figures = k.slab.allocate(k.domain, ProcessFigures.size);
    if (f.figures === 0) return k.fail(ErrorNumber.ENOMEM);
    return k.call(processes.figures, { id: f.id, into: ownSpan(f.figures, ProcessFigures.size) }, 'known');
  },
  known(k, f, reply) {
    const allowed = reply.error === 0 && mayLook(k, f.figures);
    k.slab.release(f.figures);
    if (allowed) return k.done();
    return k.fail(reply.error !== 0 ? reply.error : ErrorNumber.EACCES);
  },
});

export const accessOperations: readonly Operation[] = [allow];
