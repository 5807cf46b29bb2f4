// Tables that a wild store has hit: an inspection says what is damaged, shows the rest, and neither throws nor runs forever.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInLayer } from '../../../src/host/node/index.ts';
import { AddressSpace, KernelRoot, Thread } from '../../../src/kernel/objects.ts';
import { Entry } from '../../../src/schedulers/parts/entry.ts';
import { Process, ProcessesRoot } from '../../../src/services/processes/records.ts';
import {
  inspect,
  inspectableMachine,
  inspectionText,
  runToEnd,
  System,
  takeSnapshot,
} from '../../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../../support/machine.ts';
import '../../support/property-seed.ts';

const COMMAND = ['/bin/sh', '-c', 'sleep 9 & seq 9000 | sort -n | tail -n 1; wait'];
const MEMORY = 16 * 1024 * 1024;

describe('damaged tables', () => {
  let snapshot: Uint8Array;

  beforeAll(async () => {
    const options = { memory: MEMORY, modelTranslation: true };
    const system = System.start(
      partsFor(builtInLayer(), COMMAND, options, recordingConsole(new Uint8Array(0))),
    );
    await runToEnd(system, { maxInstructions: 150_000, realPace: false });
    snapshot = takeSnapshot(system);
  });

  /** A machine whose first record of a kind is found and changed. */
  function machine(): System {
    return inspectableMachine(snapshot);
  }

  function firstProcess(system: System): ReturnType<typeof Process.at> {
    const { observer } = system.meter;
    const root = ProcessesRoot.at(observer, system.kernel.serviceRoot('processes'));
    return Process.at(observer, root.first);
  }

  it('names a list that leads out of memory, and shows what came before', () => {
    const system = machine();
    firstProcess(system).next = 0xffff_fff8;
    const text = inspectionText(inspect(system));
    expect(text).toContain('process 1 (init)');
    expect(text).toContain('damaged: no processes can be at 0xfffffff8, outside of memory');
    expect(text).toContain('SCHEDULING');
  });

  it('cuts a list that comes round', () => {
    const system = machine();
    const first = firstProcess(system);
    first.next = first.address;
    expect(inspectionText(inspect(system))).toMatch(/damaged: the list of processes comes round to 0x/);
  });

  it('sees page tables that are met twice', () => {
    const system = machine();
    const { observer } = system.meter;
    const thread = [...system.kernel.threads.all()].find((at) =>
      system.kernel.threads.isProgram(at),
    ) as number;
    const { root } = AddressSpace.at(observer, system.kernel.spaceOf(thread));
    // every entry of the root leads to the root again
    for (let entry = 0; entry < 1024; entry += 2) observer.u32[root * 1024 + entry] = (root << 10) | 1;
    expect(inspectionText(inspect(system))).toContain(
      `page tables damaged: the page table in frame ${root} is met twice`,
    );
  });

  it('cuts a run queue that comes round', () => {
    const system = machine();
    const { observer } = system.meter;
    const root = KernelRoot.at(observer, system.layout.root);
    const queue = root.policy >>> 2;
    const thread = root.firstThread;
    const entry = Thread.at(observer, thread).policyRecord;
    observer.u32[queue] = entry;
    Entry.at(observer, entry).next = entry;
    const text = inspectionText(inspect(system));
    expect(text).toContain("damaged: the policy's records lead in circles");
  });

  it('says so of a frame that names no operation', () => {
    const system = machine();
    const { observer } = system.meter;
    const { frame } = Thread.at(observer, KernelRoot.at(observer, system.layout.root).firstThread);
    observer.u16[(frame >>> 1) + 1] = 999;
    expect(inspectionText(inspect(system))).toMatch(/#0 damaged: a frame names operation 999 of service \d/);
  });

  it('is looked at whatever was hit', () => {
    const word = fc.oneof(
      fc.constantFrom(0, 1, 8, 0xffff_ffff, 0x7fff_fff8, 0x1000, 0x2000),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      // an address that is likely to be a record of another kind
      fc.integer({ min: 0x40_0000 / 32, max: 0x48_0000 / 32 }).map((index) => index * 32),
    );
    const store = fc.record({ at: fc.integer({ min: 0x400, max: 0x48_0000 / 4 }), word });
    const { frameTable } = machine().layout;
    fc.assert(
      fc.property(fc.array(store, { minLength: 1, maxLength: 2000 }), (stores) => {
        const system = machine();
        for (const { at, word: value } of stores) {
          // the frame table is the largest; most of what is hit should be records
          const place = at * 4 >= frameTable && at * 4 < frameTable + 0x2_0000 ? at + 0x8000 : at;
          system.meter.observer.u32[place] = value;
        }
        expect(inspectionText(inspect(system)).length).toBeGreaterThan(100);
      }),
      { numRuns: 40 },
    );
  });
});
