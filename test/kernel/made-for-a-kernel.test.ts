// What is made for one kernel does what is written for any: frames, views, and machines beside each other.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../src/host/node/index.ts';
import { StackFrame } from '../../src/kernel/objects.ts';
import { record } from '../../src/kernel/records.ts';
import { memoryHash, runToEnd, System } from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';

const MEMORY = 16 * 1024 * 1024;
const limits = { maxInstructions: 50_000_000, realPace: false };

function machine(command: readonly string[]): System {
  return System.start(
    partsFor(builtInLayer(), command, { memory: MEMORY }, recordingConsole(new Uint8Array(0))),
  );
}

describe('a frame that an operation makes', () => {
  it('is what a kernel stack makes, with the request in it, wherever something lay before', () => {
    const { kernel } = machine(['/bin/true']);
    const thread = [...kernel.threads.all()][0] as number;
    const { stack, registry, memory } = kernel;
    const service = registry.number('pipes');
    const operation = registry.services[service]?.operations.findIndex(
      ({ reference }) => reference.operation === 'read',
    ) as number;
    const { slots } = registry.at(service, operation);
    const words = (at: number) => [...memory.u32.slice(at / 4, (at + StackFrame.size + slots * 8) / 4)];
    const below = kernel.threads.observe(thread).frame;
    const expected = stack.push(thread, slots);
    const view = stack.at(expected);
    view.service = service;
    view.operation = operation;
    view.domain = kernel.domainOfPlan(1);
    view.gate = 1;
    [77, 5, 6, 7, 3, 1].forEach((value, slot) => {
      memory.f64[stack.slots(expected) / 8 + slot] = value;
    });
    const before = words(expected);
    stack.pop(thread);
    memory.u8.fill(0xa5, expected, expected + StackFrame.size + slots * 8);
    const into = { space: 5, start: 6, length: 7, rights: 3 };
    const made = kernel
      .codes(service, operation)
      .push(thread, kernel.domainOfPlan(1), 1, { pipe: 77, into, wait: 1 });
    expect([made, kernel.threads.observe(thread).frame]).toEqual([expected, expected]);
    expect(words(made)).toEqual(before);
    stack.pop(thread);
    expect(kernel.threads.observe(thread).frame).toBe(below);
  });

  it('is refused where the stack is full', () => {
    const { kernel } = machine(['/bin/true']);
    const thread = [...kernel.threads.all()][0] as number;
    const { push } = kernel.codes(kernel.registry.number('linux'), 0);
    expect(() => {
      for (let left = 4096; left > 0; left--) push(thread, 0, 0, {});
    }).toThrow(/the kernel stack of thread \d+ is full/);
  });
});

describe('views', () => {
  const Sample = record('MadeForAKernelSample', { byte: 'u8', word: 'u32', sum: 'integer', signed: 'i32' });

  it('read, write and count alike over the stores of the last kernel, of one before, and of no kernel', () => {
    const [first, second] = [machine(['/bin/true']), machine(['/bin/true'])];
    const arrays = { u8: new Uint8Array(64), f64: new Float64Array(8) };
    const loose = {
      u8: new Uint8Array(arrays.f64.buffer),
      u16: new Uint16Array(arrays.f64.buffer),
      u32: new Uint32Array(arrays.f64.buffer),
      i32: new Int32Array(arrays.f64.buffer),
      f64: arrays.f64,
      readCell: 6,
      writeCell: 7,
    };
    const place = MEMORY - 4096;
    for (const [store, at] of [
      [second.kernel.store, place],
      [first.kernel.store, place],
      [loose, 8],
      [second.kernel.store, place + 64],
    ] as const) {
      const { f64, readCell, writeCell } = store;
      const [reads, writes] = [f64[readCell] as number, f64[writeCell] as number];
      const view = Sample.at(store, at);
      view.byte = 300;
      view.word = 2 ** 32 - 1;
      view.sum = 2 ** 40;
      view.signed = -5;
      expect([view.byte, view.word, view.sum, view.signed]).toEqual([44, 2 ** 32 - 1, 2 ** 40, -5]);
      expect([(f64[readCell] as number) - reads, (f64[writeCell] as number) - writes]).toEqual([4, 4]);
    }
  });
});

describe('machines that take turns', () => {
  it('end as each does alone', async () => {
    const command = ['/bin/sh', '-c', 'seq 20 | sort -rn | tail -n 1'];
    const alone = machine(command);
    await runToEnd(alone, limits);
    const both = [machine(command), machine(command)];
    for (let stop = 5_000; stop < 100_000; stop += 5_000)
      for (const system of both) await runToEnd(system, { ...limits, maxInstructions: stop });
    for (const system of both) {
      await runToEnd(system, limits);
      expect(system.executive.elapsed()).toBe(alone.executive.elapsed());
      expect(memoryHash(system)).toBe(memoryHash(alone));
    }
  });
});
