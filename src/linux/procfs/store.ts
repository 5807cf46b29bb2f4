/** `store`: what a program writes to a file of these trees. None takes anything yet; Linux's procfs answers EIO for such files. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { operation } from '../../kernel/operation.ts';
import { suppliedTree } from '../../services/files/interface.ts';

export const store = operation(suppliedTree.store, [], {
  begin(k) {
    return k.fail(ErrorNumber.EIO);
  },
});
