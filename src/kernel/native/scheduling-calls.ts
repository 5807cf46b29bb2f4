/**
 * Calls about scheduling that every structure has: marks for whoever watches from outside (--constraints), and what a scheduler
 * that is a program hears and answers, when the machine runs under the policy `user`.
 */
import type { SchedulerEvent } from '../../contracts/scheduler.ts';
import type { Kernel } from '../kernel.ts';
import { answer, type NativeCall, nativeCall } from './call.ts';

const A0 = 10;
/** A mark's name lies in a0 to a2, eight characters in each. */
const NAME_REGISTERS = 3;
/** Results, as negated error numbers of Linux. */
const NOT_PERMITTED = -1;
const INVALID = -22;
const ABSENT = -38;
const KINDS: { readonly [kind in SchedulerEvent['kind']]: number } = { ready: 1, gone: 2, ask: 3 };

/** The name in the calling thread's registers; it ends at a zero, and what cannot be shown is a question mark. */
function markName(k: Kernel): string {
  const context = k.threads.context(k.thread);
  let name = '';
  for (let register = A0; register < A0 + NAME_REGISTERS; register++)
    for (const half of [context.low(register), context.high(register)])
      for (let shift = 0; shift < 32; shift += 8) {
        const code = (half >>> shift) & 0xff;
        if (code === 0) return name;
        name += code > 0x20 && code < 0x7f ? String.fromCharCode(code) : '?';
      }
  return name;
}

const mark = nativeCall({
  name: 'mark',
  arguments: {},
  steps: {
    begin(k) {
      k.scheduling.witness?.marked?.(k.threads.observe(k.thread).hart, k.thread, markName(k), k.now);
      return answer(k, 0);
    },
  },
});

/** Only a privileged program may decide for all. */
const attach = nativeCall({
  name: 'scheduler_attach',
  arguments: {},
  steps: {
    begin(k) {
      if (k.credentials.effectiveUser !== 0) return answer(k, NOT_PERMITTED);
      const taken = k.scheduling.delegate('attach', (policy, thread) => policy.attach(thread));
      if (taken === undefined) return answer(k, ABSENT);
      return answer(k, taken ? 0 : NOT_PERMITTED);
    },
  },
});

const next = nativeCall({
  name: 'scheduler_next',
  arguments: {},
  steps: {
    begin(k) {
      if (k.scheduling.policy.delegate === undefined) return answer(k, ABSENT);
      const event = k.scheduling.delegate('next', (policy, thread) => policy.next(thread));
      if (event === undefined) {
        // It rests: the policy has it go on when there is something to say.
        if (k.threads.observe(k.thread).attention !== 0) return answer(k, 0);
        k.scheduling.yieldHart(k.threads.observe(k.thread).hart);
        return k.goto('begin');
      }
      return tell(k, event);
    },
  },
});

function tell(k: Kernel, event: SchedulerEvent): ReturnType<typeof answer> {
  const { task, hart, nice, priority, tickets, burst } = event;
  const context = k.threads.context(k.thread);
  const words = event.kind === 'ask' ? figures(k, hart) : [task, hart, nice, priority, tickets, burst];
  words.forEach((word, index) => {
    context.set(A0 + 1 + index, word);
  });
  return answer(k, KINDS[event.kind]);
}

/** With a question: which hart, and how often answers were followed and not. */
function figures(k: Kernel, hart: number): number[] {
  const count = (of: 'obeyed' | 'overruled') => k.scheduling.delegate(of, (policy) => policy[of]()) ?? 0;
  return [hart, count('obeyed'), count('overruled')];
}

const run = nativeCall({
  name: 'scheduler_run',
  arguments: { task: 'address', slice: 'address' },
  steps: {
    begin(k, f) {
      if (!k.threads.isThread(f.task) || !Number.isSafeInteger(f.slice) || f.slice < 1)
        return answer(k, INVALID);
      const followed = k.scheduling.delegate('decide', (policy, thread) =>
        policy.decide(thread, f.task, f.slice),
      );
      if (followed === undefined) return answer(k, ABSENT);
      return answer(k, followed ? 0 : INVALID);
    },
  },
});

export const schedulingCalls: readonly NativeCall[] = [mark, attach, next, run];
