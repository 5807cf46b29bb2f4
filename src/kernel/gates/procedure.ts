/** The procedure gate: caller and callee share a domain, so a request is a call and a span is memory at hand. */
import { Primitive } from '../../contracts/accounting.ts';
import type { Gate } from '../gate.ts';
import { moveDirectly } from './direct-copy.ts';

export const procedureGate: Gate = {
  kind: 'procedure',
  request(k, thread) {
    k.meter.charge(Primitive.procedureCall, 1);
    return thread;
  },
  reply() {
    // A return is part of the call's price.
  },
  move: moveDirectly,
};
