/**
 * DEC Alpha 21064 at 133 MHz: the machine of the SPIN paper's tables (Bershad et al., SOSP 1995).
 */
import type { MachineProfile } from '../../contracts/accounting.ts';

const MANUAL = 'DEC, Alpha 21064 Hardware Reference Manual';
const ASSUMED = 'assumption';

export const alpha133: MachineProfile = {
  name: 'alpha-133',
  title: 'DEC Alpha 21064, 133 MHz',
  hertz: 133_000_000,
  prices: {
    instruction: { cycles: 1, source: `${MANUAL}: one instruction a cycle; dual issue is left out` },
    trapEntry: { cycles: 45, source: `${ASSUMED}: entering PALcode and the kernel's vector` },
    trapReturn: { cycles: 25, source: `${ASSUMED}: leaving PALcode` },
    registerSaved: { cycles: 1, source: `${MANUAL}: store, 1` },
    registerRestored: { cycles: 3, source: `${MANUAL}: load latency, 3` },
    procedureCall: {
      cycles: 17,
      source: 'Bershad et al., SPIN, SOSP 1995, table 2: a protected in-kernel call takes 0.13 us',
    },
    addressSpaceSwitch: { cycles: 20, source: `${ASSUMED}: swpctx in PALcode` },
    tlbFlush: {
      cycles: 0,
      source: 'entries of a flush are dropped together; the refills are charged where they happen',
    },
    tlbMiss: { cycles: 20, source: `${ASSUMED}: PALcode refill, fixed part` },
    walkStep: { cycles: 5, source: `${ASSUMED}: a load in PALcode` },
    wordCopied: { cycles: 4, source: `${MANUAL}: load latency 3, store 1` },
    wordCleared: { cycles: 1, source: `${MANUAL}: store, 1` },
    recordRead: { cycles: 3, source: `${MANUAL}: load latency, 3` },
    recordWrite: { cycles: 1, source: `${MANUAL}: store, 1` },
    wordExamined: { cycles: 4, source: `${MANUAL}: load latency 3, compare 1` },
    messageQueued: { cycles: 10, source: `${ASSUMED}: linking a message` },
    guardEvaluated: { cycles: 17, source: 'as procedureCall' },
    schedulerPass: { cycles: 20, source: `${ASSUMED}: entering the scheduler` },
    deviceAccess: { cycles: 30, source: `${ASSUMED}: an access over TURBOchannel` },
    interprocessorInterrupt: { cycles: 133, source: `${ASSUMED}: one microsecond` },
    segmentLoad: { cycles: 0, source: 'there are no segments: translations have tags instead' },
    idleCycle: { cycles: 1, source: 'by definition' },
  },
  instructionCache: {
    entries: 8,
    ways: 8,
    source: `${MANUAL}: instruction translation buffer for 8 KiB pages`,
  },
  dataCache: { entries: 32, ways: 32, source: `${MANUAL}: data translation buffer` },
  // No kernelMapping: the kernel reaches physical memory by its super-page (kseg), which is not translated.
  taggedTranslation: true,
  quantum: 1_330_000,
};
