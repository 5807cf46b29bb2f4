/**
 * Sockets as descriptions: `object` is the network service's socket, `end` the number that names it for people, `offset` its
 * type and, times 16, its family, and `extra` the node at the path that it is bound to, held.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { AddressFamily, MessageFlag, SocketType } from '../../services/network/interface.ts';
import type { ArgumentSchema, Support, SystemCall } from '../call.ts';
import { type Answer, type Arguments, onFile, refuse } from '../calls/shapes.ts';
import type { OpenFileView } from '../descriptors.ts';
import { OpenKind } from '../records.ts';

/** May a call on this description wait? */
export function mayWait(file: OpenFileView, flags = 0): number {
  return (file.flags & OpenFlag.nonBlocking) !== 0 || (flags & MessageFlag.dontWait) !== 0 ? 0 : 1;
}

/** Do bytes keep no bounds? */
export function isStream(file: OpenFileView): boolean {
  return file.offset % 16 === SocketType.stream;
}

/** Is it a socket of the machine's own, whose messages carry rights and credentials? */
export function isLocal(file: OpenFileView): boolean {
  return file.offset >>> 4 === AddressFamily.local;
}

/** A call about a socket. */
export function onSocket<const A extends ArgumentSchema & { readonly descriptor: 'descriptor' }>(definition: {
  readonly number: number;
  readonly name: string;
  readonly arguments: A;
  readonly support?: Support;
  readonly check?: (k: Kernel, f: Arguments<A>) => number;
  readonly act: (k: Kernel, f: Arguments<A>, file: OpenFileView) => Answer;
}): SystemCall {
  const { act } = definition;
  return onFile({
    ...definition,
    act: (k, f, file) => (file.kind === OpenKind.socket ? act(k, f, file) : refuse(ErrorNumber.ENOTSOCK)),
  });
}
