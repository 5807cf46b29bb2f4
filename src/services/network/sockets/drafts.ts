/** Messages in pieces: drafts that are filled before they are sent, and messages that are read after they were taken. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { PAGE_SIZE } from '../../../contracts/units.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { network } from '../interface.ts';
import { messageAt, rootOf } from '../root.ts';
import { type Supply, supplyError, supplyRest } from '../wiring.ts';
import { dropMessage, fill, makeMessage, runAt } from './messages.ts';
import { firstRight, makeRights, rightsError } from './rights.ts';
import { sign } from './sending.ts';

const draft = operation(network.draft, [], {
  begin(k, f) {
    const message = makeMessage(k);
    if (message === 0) return k.fail(ErrorNumber.ENOBUFS);
    sign(k, messageAt(k, message), f.process);
    return k.done(message);
  },
});

function append(supply: Supply): Operation {
  return operation(network.append, ['moved'], {
    begin(k, f) {
      const { from, moved } = f;
      if (moved === from.length) return k.done(moved);
      const message = messageAt(k, f.draft);
      const chunk = fill(k, message, from, moved, Math.min(PAGE_SIZE, from.length - moved));
      if (chunk === undefined) return k.fail(ErrorNumber.ENOBUFS);
      if (chunk.came < chunk.length)
        return supplyRest(k, supply, from, moved + chunk.came, chunk.length - chunk.came, false);
      f.moved = moved + chunk.length;
      return k.goto('begin');
    },
    supplied(k, _f, reply) {
      const error = supplyError(reply);
      return error === 0 ? k.goto('begin') : k.fail(error);
    },
  });
}

const attach = operation(network.attach, [], {
  begin(k, f) {
    const { rights: from } = f;
    const count = from.length / 4;
    const error = rightsError(count);
    if (error !== 0) return k.fail(error);
    const message = messageAt(k, f.draft);
    if (message.rights !== 0) return k.fail(ErrorNumber.EINVAL);
    const rights = makeRights(k, count);
    if (rights === 0) return k.fail(ErrorNumber.ENOMEM);
    if (k.fromSpan(from, 0, firstRight(rights), from.length) < from.length) {
      k.slab.release(rights);
      return k.fail(ErrorNumber.EFAULT);
    }
    message.rights = rights;
    return k.done();
  },
});

const state = operation(network.state, [], {
  begin(k, f) {
    const who = k.credentials;
    const isUser = [who.user, who.effectiveUser, who.savedUser].includes(f.user);
    const isGroup = [who.group, who.effectiveGroup, who.savedGroup].includes(f.group);
    const itself = f.process === f.self && isUser && isGroup;
    if (!itself && who.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
    const message = messageAt(k, f.draft);
    message.process = f.process;
    message.user = f.user;
    message.group = f.group;
    return k.done();
  },
});

function read(supply: Supply): Operation {
  return operation(network.read, ['moved'], {
    begin(k, f) {
      const { into, moved } = f;
      const run = runAt(k, messageAt(k, f.message), f.offset + moved);
      const length = Math.min(run.length, into.length - moved, PAGE_SIZE);
      if (length === 0) return k.done(moved);
      const went = k.toSpan(into, moved, run.at, length);
      if (went < length) return supplyRest(k, supply, into, moved + went, length - went, true);
      f.moved = moved + length;
      return k.goto('begin');
    },
    supplied(k, _f, reply) {
      const error = supplyError(reply);
      return error === 0 ? k.goto('begin') : k.fail(error);
    },
  });
}

const discard = operation(network.discard, [], {
  begin(k, f) {
    dropMessage(k, f.message);
    return k.done(rootOf(k).orphans === 0 ? 0 : 1);
  },
});

export function draftOperations(supply: Supply): readonly Operation[] {
  return [draft, append(supply), attach, state, read(supply), discard];
}
