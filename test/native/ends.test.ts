// Whatever ends, and however, nothing of the native interfaces is left in the kernel.
import { describe, expect, it } from 'vitest';
import { NativeRoot } from '../../src/kernel/native/records.ts';
import { run } from './support.ts';

const PROGRAMS = [
  ['microkernel', 'mach-ping-pong'],
  ['microkernel', 'mach-rights'],
  ['microkernel', 'mach-sandbox'],
  ['microkernel', 'mach-pager'],
  ['microkernel', 'mach-sets'],
  ['microkernel', 'native-ends'],
  ['l4', 'l4-ping-pong'],
  ['l4', 'l4-strings'],
  ['l4', 'l4-map'],
  ['l4', 'l4-pager'],
  ['l4', 'native-ends'],
] as const;

describe('when all have ended', () => {
  it.each(PROGRAMS)('%s: nothing is left of %s', async (structure, program) => {
    const { system, output } = await run(structure, [`/native/${program}`]);
    expect(output).not.toBe('');
    const { kernel, meter } = system;
    const { ports, messages, requests, mappings } = NativeRoot.at(meter.observer, kernel.root.native);
    expect({ ports, messages, requests, mappings }).toEqual({
      ports: 0,
      messages: 0,
      requests: 0,
      mappings: 0,
    });
  });
});
