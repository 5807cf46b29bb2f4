// Memory objects and a pager in C: pages come, are shared, come back, are locked; and what happens when they do not come.
import { expect, it } from 'vitest';
import { Frame, FrameUse, KernelRoot } from '../../src/kernel/objects.ts';
import { inspect } from '../../src/workbench/index.ts';
import { type Ended, run } from './support.ts';

const PAGER = `supply of what nobody has mapped: 15
- reading, storing, zeros, a lock
pager: page 0 is wanted, to read
client: page 0 says 'number 0'
pager: page 1 is wanted, to read
client: page 1 says 'number 1'
client: stores into page 0
client: page 0 says 'Aumber 0'
pager: page 4 is wanted, to read
client: page 4 says ''
client: page 1 says 'number 1'
pager: page 5 is wanted, to write
pager: page 5 is to be unlocked
client: stores into page 5
client: page 5 says 'Fumber 5'
client: half of it: 4
client: gives it up: 0
pager: page 0 comes back: 'Aumber 0'
pager: page 5 comes back: 'Fumber 5'
client: signal 11
pager: nobody has it any more
- what was stored is there still; a page that cannot be had
pager: page 0 is wanted, to read
client: page 0 says 'Aumber 0'
client: stores into page 0
pager: page 3 is wanted, to read
client: signal 7
pager: page 0 comes back: 'Aumber 0'
pager: nobody has it any more
- two children share a page
pager: page 1 is wanted, to write
child: its sibling has answered
pager: page 1 comes back: 'answered by another'
pager: nobody has it any more
- the pager goes
pager: page 2 is wanted
client: signal 11
`;

/** Pages of programs that are on the kernel's own account, as those of memory objects are. */
function pagesOfObjects({ system: { kernel } }: Ended): number {
  const root = KernelRoot.at(kernel.meter.observer, kernel.rootAddress);
  const frames = Array.from({ length: root.frameCount }, (_, index) => {
    const { use, owner } = Frame.at(kernel.meter.observer, root.frameTable + index * Frame.size);
    return use === FrameUse.anonymous && owner === kernel.domainOfPlan(1);
  });
  return frames.filter(Boolean).length;
}

it('a pager in C supplies, takes back and unlocks pages, and nothing of them is left', async () => {
  const ended = await run('microkernel', ['/native/mach-pager']);
  expect(ended.output).toBe(PAGER);
  expect(pagesOfObjects(ended)).toBe(0);
});

it('a machine can be cut while a pager is asked', async () => {
  const { report } = await run('microkernel', ['/native/mach-pager']);
  for (const share of [0.3, 0.6]) {
    const snapshotAt = Math.floor(report.instructions * share);
    const ended = await run('microkernel', ['/native/mach-pager'], { snapshotAt });
    expect(ended.output).toBe(PAGER);
    expect(ended.report).toEqual(report);
  }
});

it('pages of an object are seen in their spaces, as mapped from it', async () => {
  const { report } = await run('microkernel', ['/native/mach-pager']);
  const stopAt = Math.floor(report.instructions * 0.3);
  const stopped = await run('microkernel', ['/native/mach-pager'], { stopAt });
  expect(pagesOfObjects(stopped)).toBeGreaterThan(0);
  const { mappings = [] } = inspect(stopped.system, { parts: ['natives'] }).natives ?? {};
  expect(mappings).toContainEqual(
    expect.objectContaining({ from: { process: 0, page: expect.any(Number) } }),
  );
});
