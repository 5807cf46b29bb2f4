// Under a structure that does not have an interface its calls are absent, are counted, and it is said who has them.
import { expect, it } from 'vitest';
import { refusalsOf } from '../../src/workbench/index.ts';
import { run } from './support.ts';

it('native calls are answered ENOSYS elsewhere, counted and explained', async () => {
  const { report, system, output, status } = await run('monolithic', ['/native/native-ends']);
  expect({ output, status }).toEqual({ output: '', status: 0 });
  expect(report.absentSystemCalls).toMatchObject({ mach_port_allocate: 1, l4_myself: 1 });
  expect(refusalsOf(system)).toEqual([
    'mach_port_allocate is a call of microkernel alone: answered ENOSYS once',
    'l4_myself is a call of l4 alone: answered ENOSYS once',
  ]);
});
