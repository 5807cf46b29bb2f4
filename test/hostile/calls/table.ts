/** The system-call table as programs/hostile/call-many reads it: a call's number, and a letter for each of its arguments. */
import type { ArgumentKind, SystemCall } from '../../../src/linux/call.ts';
import { systemCalls } from '../../../src/linux/table.ts';

const LETTERS: { readonly [kind in ArgumentKind]: string } = {
  int: 'i',
  unsigned: 'i',
  long: 'l',
  size: 's',
  pointer: 'P',
  path: 'p',
  descriptor: 'd',
  flags: 'f',
  mode: 'm',
  signal: 'g',
  mask: 'f',
};

/** What an argument's name tells beyond its kind, by `call.argument` or by the argument alone. */
const HINTS: { readonly [name: string]: string } = {
  list: 'v',
  'ppoll.list': 'q',
  'getgroups.list': 'P',
  'setgroups.list': 'Z',
  'listxattr.list': 'P',
  'llistxattr.list': 'P',
  'flistxattr.list': 'P',
  argumentList: 'a',
  environmentList: 'a',
  timeout: 'T',
  times: 'T',
  time: 'T',
  setting: 'T',
  structure: 'Z',
  how: 'Z',
  set: 'Z',
  signals: 'Z',
  action: 'Z',
  parameters: 'Z',
  newLimit: 'T',
  fromAt: 'Z',
  toAt: 'Z',
  clock: 'c',
  id: 't',
  who: 't',
  'waitid.id': 't',
  'setpgid.group': 't',
  'getpgid.id': 't',
  'tgkill.group': 't',
  'rt_tgsigqueueinfo.group': 't',
  first: 'u',
  second: 'u',
  third: 'u',
  'futex.third': 'i',
  'futex.second': 'Z',
  'prctl.third': 's',
  user: 'u',
  'fchownat.group': 'u',
  'fchown.group': 'u',
  'close_range.first': 'd',
  'timer_gettime.id': 'i',
  'timer_settime.id': 'i',
  'timer_delete.id': 'i',
  'timer_getoverrun.id': 'i',
  'timer_create.event': 'Z',
  'timer_create.id': 'P',
  flags: 'f',
  family: 'F',
  protocol: 'o',
  'socket.type': 'y',
  'socketpair.type': 'y',
  'bind.address': 'A',
  'connect.address': 'A',
  'sendto.address': 'A',
  addressLength: 'N',
  'bind.length': 'N',
  'connect.length': 'N',
  'accept.length': 'n',
  'accept4.length': 'n',
  'getsockname.length': 'n',
  'getpeername.length': 'n',
  'getsockopt.length': 'n',
  'recvfrom.addressLength': 'n',
  header: 'M',
  'sendmmsg.list': 'M',
  'recvmmsg.list': 'M',
  'epoll_ctl.list': 'd',
  'epoll_pwait.list': 'd',
  'epoll_pwait2.list': 'd',
  'epoll_ctl.command': 'o',
  'epoll_ctl.event': 'T',
  'epoll_pwait.timeout': 'o',
};

/** Sizes of signal sets. */
const SIGNAL_SETS = /^(rt_sig|ppoll|epoll|signalfd)/;

function letterOf({ name: call }: SystemCall, name: string, kind: ArgumentKind): string {
  if (name === 'size' && SIGNAL_SETS.test(call)) return 'S';
  return HINTS[`${call}.${name}`] ?? HINTS[name] ?? LETTERS[kind];
}

export function callTable(): string {
  return [...systemCalls.values()]
    .map((call) => {
      const letters = Object.entries(call.arguments).map(([name, kind]) => letterOf(call, name, kind));
      return `${call.number} ${letters.join('')}\n`;
    })
    .join('');
}
