/** Calls that are one request to a service, as data: what is asked, and what becomes of the reply. */
import type {
  OperationReference,
  OutcomeNumber,
  Reply,
  RequestOf,
  RequestSchema,
} from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type ArgumentSchema, type Support, type SystemCall, systemCall } from '../call.ts';

type Arguments<A extends ArgumentSchema> = { readonly [N in keyof A]: number };

/** A call that becomes one request; the service's reply is its result. */
export function forwarded<const A extends ArgumentSchema, S extends RequestSchema>(
  number: number,
  name: string,
  schema: A,
  operation: OperationReference<S>,
  request: (k: Kernel, f: Arguments<A>) => RequestOf<S>,
  support: Support = 'full',
): SystemCall {
  return systemCall({
    number,
    name,
    arguments: schema,
    support,
    steps: {
      begin(k, f) {
        return k.call(operation, request(k, f as unknown as Arguments<A>), 'finish');
      },
      finish(k: Kernel, _f: unknown, reply: Reply) {
        return k.pass(reply);
      },
    },
  });
}

/** A call that is decided at once. */
export function immediate<const A extends ArgumentSchema>(
  number: number,
  name: string,
  schema: A,
  body: (k: Kernel, f: Arguments<A>) => OutcomeNumber,
  support: Support = 'full',
): SystemCall {
  return systemCall({
    number,
    name,
    arguments: schema,
    support,
    steps: {
      begin(k, f) {
        return body(k, f as unknown as Arguments<A>);
      },
    },
  });
}
