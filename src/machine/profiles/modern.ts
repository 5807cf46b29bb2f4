/**
 * A present-day out-of-order core at 3 GHz, with tagged translation caches.
 *
 * Figures without a published source of their own are stated as assumptions, so that nobody takes them for measurements.
 */
import type { MachineProfile } from '../../contracts/accounting.ts';

const ASSUMED = 'assumption';

export const modern: MachineProfile = {
  name: 'modern',
  title: 'a present-day core at 3 GHz, tagged translation caches',
  hertz: 3_000_000_000,
  prices: {
    instruction: {
      cycles: 1,
      source: `${ASSUMED}: one instruction a cycle, between the 0.5 and 2 of measured programs`,
    },
    trapEntry: {
      cycles: 39,
      source:
        'Kuenzer et al., Unikraft, EuroSys 2021, table 1: a Linux system call without mitigations takes 142 cycles; what remains of it after saving and restoring 32 registers each way (64) is halved between entry and return',
    },
    trapReturn: { cycles: 39, source: 'as trapEntry' },
    registerSaved: { cycles: 1, source: `${ASSUMED}: one store a cycle into the first-level cache` },
    registerRestored: { cycles: 1, source: `${ASSUMED}: one load a cycle from the first-level cache` },
    procedureCall: { cycles: 6, source: 'Kuenzer et al., Unikraft, EuroSys 2021, table 1: function call' },
    addressSpaceSwitch: { cycles: 100, source: `${ASSUMED}: a serialising write of the translation root` },
    tlbFlush: {
      cycles: 0,
      source: 'entries of a flush are dropped together; the refills are charged where they happen',
    },
    tlbMiss: { cycles: 7, source: `${ASSUMED}: start of a hardware walk` },
    walkStep: { cycles: 5, source: `${ASSUMED}: a load that hits the first-level cache` },
    wordCopied: { cycles: 1, source: `${ASSUMED}: a load and a store of 8 bytes a cycle` },
    wordCleared: { cycles: 1, source: `${ASSUMED}: a store of 8 bytes a cycle` },
    recordRead: {
      cycles: 2,
      source: `${ASSUMED}: a load that hits, with its share of address computation and tests`,
    },
    recordWrite: { cycles: 1, source: `${ASSUMED}: a store into the first-level cache` },
    wordExamined: { cycles: 2, source: `${ASSUMED}: load, compare` },
    messageQueued: { cycles: 20, source: `${ASSUMED}: linking a message under a lock` },
    guardEvaluated: { cycles: 6, source: 'as procedureCall' },
    schedulerPass: { cycles: 50, source: `${ASSUMED}: entering the scheduler, its lock and its clock` },
    deviceAccess: { cycles: 300, source: `${ASSUMED}: an uncached access, 100 ns` },
    interprocessorInterrupt: { cycles: 1_000, source: `${ASSUMED}: sending one, a third of a microsecond` },
    segmentLoad: { cycles: 0, source: 'there are no segments: translations have tags instead' },
    idleCycle: { cycles: 1, source: 'by definition' },
  },
  instructionCache: {
    entries: 64,
    ways: 4,
    source: `${ASSUMED}: first-level instruction TLB of server cores`,
  },
  dataCache: { entries: 64, ways: 4, source: `${ASSUMED}: first-level data TLB of server cores` },
  kernelMapping: {
    entries: 4,
    ways: 4,
    pageSize: 1024 * 1024 * 1024,
    levels: 2,
    global: true,
    source: `${ASSUMED}: a kernel maps all memory by the largest pages (1 GiB), marked global, as Linux does`,
  },
  taggedTranslation: true,
  quantum: 9_000_000,
};
