/** Highest response ratio next: (waiting + burst) / burst; short jobs first, and long ones not for ever last. Not preemptive. */
import { NEVER } from '../contracts/units.ts';
import { BURST_PARAMETERS, BurstEntry, consumed, expected, heard } from './parts/bursts.ts';
import { definePolicy } from './parts/definition.ts';
import { mayRun, NOBODY } from './parts/entry.ts';
import { append, List, unlink } from './parts/list.ts';

export const highestResponseRatio = definePolicy({
  name: 'hrrn',
  title: 'highest response ratio next, not preemptive',
  source: 'Brinch Hansen, An analysis of response ratio scheduling, 1971',
  parameters: BURST_PARAMETERS,
  make(ground, store, settings) {
    const ratio = (entry: number): number => {
      const { task, since } = BurstEntry.at(store, entry);
      return 1 + (ground.now() - since) / expected(store, ground.task(task));
    };
    return {
      name: 'hrrn',
      initialise() {
        ground.root = ground.allocate(List.size);
      },
      enqueue: (task, reason) => append(store, ground.root, heard(store, ground, settings, task, reason)),
      dequeue: (task) => unlink(store, task.policyRecord),
      dispatch(hart) {
        let best = 0;
        let highest = 0;
        for (let at = List.at(store, ground.root).first; at !== 0; at = BurstEntry.at(store, at).next) {
          if (!mayRun(ground.task(BurstEntry.at(store, at).task), hart) || ratio(at) <= highest) continue;
          best = at;
          highest = ratio(at);
        }
        if (best === 0) return NOBODY;
        unlink(store, best);
        return { task: BurstEntry.at(store, best).task, slice: NEVER, reason: 'its ratio is highest' };
      },
      stopping: (task, _hart, amount) => consumed(store, task, amount),
      dump() {
        const parts: string[] = [];
        for (let at = List.at(store, ground.root).first; at !== 0; at = BurstEntry.at(store, at).next)
          parts.push(`${ground.nameOf(BurstEntry.at(store, at).task)} (${ratio(at).toFixed(2)})`);
        return `highest response ratio next, by ratio: ${parts.join(' ') || 'empty'}`;
      },
    };
  },
});
