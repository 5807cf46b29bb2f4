/** The system-call table as data for people and programs: what is carried out, in part, or not at all. */
import { SYSTEM_CALL_NAMES } from '../linux/system-call-names.ts';
import { systemCalls } from '../linux/table.ts';

export interface CallSupport {
  readonly number: number;
  readonly name: string;
  readonly support: 'full' | 'partial' | 'absent';
  /** What is missing from a partial one; '' otherwise. */
  readonly note: string;
}

/** Every call of Linux on riscv64, by number. */
export function systemCallTable(): CallSupport[] {
  const numbers = new Set([...Object.keys(SYSTEM_CALL_NAMES).map(Number), ...systemCalls.keys()]);
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const call = systemCalls.get(number);
      const name = call?.name ?? SYSTEM_CALL_NAMES[number] ?? '';
      if (call === undefined) return { number, name, support: 'absent', note: '' };
      if (call.support === 'full') return { number, name, support: 'full', note: '' };
      return { number, name, support: 'partial', note: call.support.partial };
    });
}
