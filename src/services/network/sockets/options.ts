/** Options of sockets: setsockopt and getsockopt at the levels of sockets, IP and TCP. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { network } from '../interface.ts';

const setOption = operation(network.setOption, [], {
  begin: (k) => k.fail(ErrorNumber.ENOPROTOOPT),
});

const option = operation(network.option, [], {
  begin: (k) => k.fail(ErrorNumber.ENOPROTOOPT),
});

export const optionOperations: readonly Operation[] = [setOption, option];
