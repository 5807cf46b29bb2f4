/** Ancillary data: descriptors and credentials that travel with messages (cmsg(3), unix(7)). */
import { serviceInterface } from '../../contracts/service.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MessageFigures } from '../../services/network/figures.ts';
import { internal } from '../internal.ts';

export const control = serviceInterface('linux', {
  /** Closes the descriptions in a MessageFigures record, from number `first` on. */
  dropRights: { about: 'number', first: 'number' },
});

const dropRights = operation(control.dropRights, [], {
  begin(k, f) {
    const { rightCount, rights } = MessageFigures.at(k.store, f.about);
    if (f.first >= rightCount) return k.done();
    const file = k.memory.read32(rights + f.first * 4);
    f.first += 1;
    return k.call(internal.closeFile, { file }, 'begin');
  },
});

export const controlOperations: readonly Operation[] = [dropRights];
