/** `describe`: mode and owner of an entry. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Span } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials } from '../../kernel/objects.ts';
import { operation } from '../../kernel/operation.ts';
import { FileKind, SuppliedAttributes } from '../../services/files/attributes.ts';
import { OpenFlag, suppliedTree } from '../../services/files/interface.ts';
import { ProcessFigures } from '../../services/processes/figures.ts';
import { processes } from '../../services/processes/interface.ts';
import { lookUp, openFileAt } from '../descriptors.ts';
import { linuxRoot, ownSpan } from '../state.ts';
import { isDumpable } from './access.ts';
import { Area } from './numbers.ts';
import { type Subject, subjectOf, tableOf } from './subject.ts';

const LINK_SIZE = 64;
const DIRECTORY = FileKind.directory | 0o555;

type AttributesView = ReturnType<typeof SuppliedAttributes.at>;

function describePlainly(k: Kernel, subject: Subject, to: AttributesView): void {
  const { mode } = subject.definition;
  to.mode = mode;
  to.links = (mode & FileKind.mask) === FileKind.directory ? 2 : 1;
  to.seconds = linuxRoot(k).epoch + Math.floor(k.now / k.hertz);
}

/** A descriptor's link shows what the descriptor may be used for. */
function descriptorMode(k: Kernel, subject: Subject): number {
  const table = tableOf(k, subject.process);
  const file = table === 0 ? 0 : lookUp(k, table, subject.object);
  if (file === 0) return 0;
  const { flags } = openFileAt(k, file);
  const mode = flags & OpenFlag.accessMask;
  const reads = mode !== OpenFlag.writeOnly && (flags & OpenFlag.path) === 0 ? 0o500 : 0;
  const writes = mode !== OpenFlag.readOnly ? 0o300 : 0;
  return FileKind.symbolicLink | reads | writes;
}

/** The owner of an entry about a process whose figures are at `at`. 0 or an error number. */
function describeProcess(k: Kernel, subject: Subject, at: PhysicalAddress, to: AttributesView): number {
  const figures = ProcessFigures.at(k.store, at);
  const { effectiveUser, effectiveGroup } = Credentials.at(k.store, figures.credentials);
  const open = subject.definition.mode === DIRECTORY || isDumpable(k, subject.process);
  to.user = open ? effectiveUser : 0;
  to.group = open ? effectiveGroup : 0;
  if (subject.area === Area.descriptor) {
    to.mode = descriptorMode(k, subject);
    to.size = LINK_SIZE;
    if (to.mode === 0) return ErrorNumber.ENOENT;
  }
  return 0;
}

/** Makes the description, hands it over, and says how that went: 0 or an error number. */
function tell(k: Kernel, subject: Subject, figures: PhysicalAddress, into: Span): number {
  const record = k.slab.allocate(k.domain, SuppliedAttributes.size);
  if (record === 0) return ErrorNumber.ENOMEM;
  const to = SuppliedAttributes.at(k.store, record);
  describePlainly(k, subject, to);
  const error = figures === 0 ? 0 : describeProcess(k, subject, figures, to);
  if (error === 0) k.toSpan(into, 0, record, SuppliedAttributes.size);
  k.slab.release(record);
  return error;
}

export const describe = operation(suppliedTree.describeEntry, ['figures'], {
  begin(k, f) {
    const subject = subjectOf(k, f.tree, f.node);
    if (subject === undefined) return k.fail(ErrorNumber.ENOENT);
    if (subject.process === 0) {
      const error = tell(k, subject, 0, f.into);
      return error === 0 ? k.done() : k.fail(error);
    }
    f.figures = k.slab.allocate(k.domain, ProcessFigures.size);
    if (f.figures === 0) return k.fail(ErrorNumber.ENOMEM);
    const into = ownSpan(f.figures, ProcessFigures.size);
    return k.call(processes.figures, { id: subject.process, into }, 'known');
  },
  known(k, f, reply) {
    const subject = subjectOf(k, f.tree, f.node);
    let error = ErrorNumber.ENOENT as number;
    if (reply.error === 0 && subject !== undefined) error = tell(k, subject, f.figures, f.into);
    k.slab.release(f.figures);
    return error === 0 ? k.done() : k.fail(error);
  },
});
