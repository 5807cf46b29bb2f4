// What people see of the structures' own interfaces: calls as strace shows them, rights and mapped pages as inspect does.
import { expect, it } from 'vitest';
import { inspect, inspectionText, Strace } from '../../src/workbench/index.ts';
import { run } from './support.ts';

async function traced(structure: string, ...command: string[]): Promise<string> {
  const lines: string[] = [];
  const strace = new Strace((line) => lines.push(line));
  const [seen, unseen] = [await run(structure, command, { strace }), await run(structure, command)];
  expect(seen.report).toEqual(unseen.report);
  return lines.join('');
}

it('strace shows Mach’s calls by name, with what they answer', async () => {
  const text = await traced('microkernel', '/native/mach-sandbox');
  expect(text).toContain('mach_port_allocate(right 0x1) = 0, 0x200\n');
  expect(text).toMatch(/mach_msg\(address 0x[0-9a-f]+, option 0x1, sendSize 0x78,.*\) = 0x10000003\n/);
});

it('strace shows both paths of L4’s messages, with who sent what came', async () => {
  const text = await traced('l4', '/native/l4-ping-pong', '3');
  expect(text).toMatch(/l4_myself\(\) = (0x[0-9a-f]+)\n/);
  const [, server = ''] = /l4_myself\(\) = (0x[0-9a-f]+)\n/.exec(text) ?? [];
  const answers = [...text.matchAll(/l4_ipc\(to (\w+), from \1, .*\) = 0, (\w+)\n/g)];
  expect(answers.map(([, , from]) => from)).toEqual(Array.from({ length: 4 }, () => server));
});

it('strace names a call that is another structure’s', async () => {
  expect(await traced('monolithic', '/native/l4-myself', '1')).toMatch(/l4_myself\(.*\) = -1 ENOSYS/);
});

it('inspect shows the names of a task, what they stand for, and the queue of its port', async () => {
  const { system } = await run('microkernel', ['/native/mach-rights'], { stopAt: 3801 });
  const { natives } = inspect(system, { parts: ['natives'] });
  expect(natives?.names).toContainEqual(
    expect.objectContaining({ name: 0x100, rights: 'send', server: 'unix' }),
  );
  expect(natives?.names).toContainEqual(
    expect.objectContaining({ process: 2, rights: 'receive, send', limit: 5 }),
  );
  expect(inspectionText(inspect(system))).toMatch(/names of ports\nprocess +name +rights/);
});

it('inspect shows pages that were mapped, and whose they were', async () => {
  const { system } = await run('l4', ['/native/l4-map'], { stopAt: 9000 });
  const { mappings = [] } = inspect(system, { parts: ['natives'] }).natives ?? {};
  const given = mappings.filter((page) => 'from' in page && page.from !== undefined);
  expect(given).not.toEqual([]);
  for (const page of given) expect(page).toMatchObject({ from: { process: expect.any(Number) } });
});
