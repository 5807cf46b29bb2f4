// Each mechanism of L4 switched off: exactly its primitives are counted otherwise, and by as many as it saves.
import { describe, expect, it } from 'vitest';
import { PRIMITIVE_NAMES, type PrimitiveName } from '../../src/contracts/accounting.ts';
import type { RunReport } from '../../src/workbench/index.ts';
import { run } from './support.ts';

const ROUNDS = 50;

type Counts = { [name in PrimitiveName]?: number };

async function measured(structure: string, command: readonly string[]): Promise<Counts> {
  const report = async (rounds: number): Promise<RunReport> => {
    const options = { structure, profile: 'pentium-133', modelTranslation: true };
    const ended = await run({ ...options, command: [...command, String(rounds)] });
    expect(ended.status).toBe(0);
    return ended.report;
  };
  const [few, many] = [await report(ROUNDS), await report(2 * ROUNDS)];
  return Object.fromEntries(
    PRIMITIVE_NAMES.map((name) => [
      name,
      (many.primitives[name].count - few.primitives[name].count) / ROUNDS,
    ]),
  );
}

/** What is counted otherwise in each round without a mechanism. */
async function without(mechanism: string, command: readonly string[], whole: Promise<Counts>) {
  const [all, less] = [await whole, await measured(`l4:without=${mechanism}`, command)];
  return Object.fromEntries(
    PRIMITIVE_NAMES.flatMap((name) => {
      const difference = (less[name] ?? 0) - (all[name] ?? 0);
      return difference === 0 ? [] : [[name, difference]];
    }),
  );
}

const NULL_CALL = ['/demos/null-call'];
const PIPED = ['/demos/copy-file', 'pipe'];
const nullCall = measured('l4', NULL_CALL);

/** Registers that two switches of the scheduler save, beside the 4 that the fast path keeps of 32. */
const SWITCHED = 14;

describe('a null call of two messages, without', () => {
  it('the direct switch: two passes through the scheduler, and its switches of threads', async () => {
    const { recordRead, recordWrite, ...others } = await without('directSwitch', NULL_CALL, nullCall);
    expect(others).toEqual({
      registerSaved: 2 * SWITCHED,
      registerRestored: 2 * SWITCHED,
      // Each of the two makes its partner ready and dispatches it.
      schedulerPass: 4,
    });
    // The run queue's own.
    expect(recordRead).toBeGreaterThan(0);
    expect(recordWrite).toBeGreaterThan(0);
  });

  it('messages in registers: the three words of the reply are copied', async () => {
    expect(await without('registerMessages', NULL_CALL, nullCall)).toEqual({ wordCopied: 3 });
  });

  it('the temporary mapping: nothing, for a short message needs none', async () => {
    expect(await without('temporaryMapping', NULL_CALL, nullCall)).toEqual({});
  });

  it('the fast path: 32 registers instead of 4, twice', async () => {
    expect(await without('fastPath', NULL_CALL, nullCall)).toEqual({
      registerSaved: 2 * 28,
      registerRestored: 2 * 28,
    });
  });

  it('small spaces: two switches of spaces instead of segments, and what they flush is missed', async () => {
    const { tlbFlush, tlbMiss, walkStep, ...others } = await without('smallSpaces', NULL_CALL, nullCall);
    expect(others).toEqual({ addressSpaceSwitch: 2, segmentLoad: -2 });
    expect(tlbMiss).toBeGreaterThan(4);
    expect(tlbFlush).toBe(tlbMiss);
    expect(walkStep).toBeGreaterThan(tlbMiss ?? 0);
  });
});

it('a page through a pipe without the temporary mapping is copied twice on either side, and no window is mapped', async () => {
  const changed = await without('temporaryMapping', PIPED, measured('l4', PIPED));
  // 4096 bytes into the pipe and out of it: 512 words more each; a window is two entries.
  expect(changed).toEqual({ wordCopied: 2 * 512, recordWrite: -2 * 2, tlbFlush: -2 * 2 });
});
