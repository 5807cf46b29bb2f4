/** What a parent is told when a child ends, and whether it wants to wait at all. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { LinuxProcess } from '../records.ts';
import { actionAt, SIGNAL_IGNORE } from './handlers.ts';
import { SignalNumber } from './numbers.ts';

const CLD_EXITED = 1;
const CLD_KILLED = 2;
const CLD_DUMPED = 3;
const CORE_BIT = 0x80;
const SIGNAL_BITS = 0x7f;
const SA_NOCLDWAIT = 2;

export interface ChildSignal {
  /** 0 for none. */
  readonly signal: number;
  readonly code: number;
  /** Exit status, or the signal that ended it. */
  readonly value: number;
  /** The parent ignores its children: no zombie is left. */
  readonly autoReap: boolean;
}

/** @param parent the parent's LinuxProcess record, or 0. @param status as wait(2) shows it. */
export function childSignalFor(
  k: Kernel,
  child: PhysicalAddress,
  parent: PhysicalAddress,
  status: number,
): ChildSignal {
  const { exitSignal, creator } = LinuxProcess.at(k.store, child);
  const heir = parent === 0 || LinuxProcess.at(k.store, parent).id !== creator;
  const signal = heir ? SignalNumber.SIGCHLD : exitSignal;
  const killedBy = status & SIGNAL_BITS;
  const code = killedBy === 0 ? CLD_EXITED : status & CORE_BIT ? CLD_DUMPED : CLD_KILLED;
  const value = killedBy === 0 ? (status >>> 8) & 0xff : killedBy;
  const handlers = parent === 0 ? 0 : LinuxProcess.at(k.store, parent).handlers;
  if (handlers === 0 || signal !== SignalNumber.SIGCHLD) return { signal, code, value, autoReap: false };
  const action = actionAt(k, handlers, signal);
  const autoReap = action.handler === SIGNAL_IGNORE || (action.flags & SA_NOCLDWAIT) !== 0;
  return { signal, code, value, autoReap };
}
