/** The procedure gate: caller and callee share a domain, so a request is a call and a span is memory at hand. */
import { Primitive } from '../../contracts/accounting.ts';
import type { SameThreadGate } from '../gate.ts';
import { chargeAll } from './charges.ts';
import { moveDirectly } from './direct-copy.ts';

export const procedureGate: SameThreadGate = {
  name: 'procedure',
  kind: 'procedure',
  handsOver: false,
  requestCharges: [[Primitive.procedureCall, 1]],
  // A return is part of the call's price.
  replyCharges: [],
  request(k) {
    chargeAll(k, procedureGate.requestCharges);
  },
  reply() {
    // Nothing: see above.
  },
  move: moveDirectly,
};
