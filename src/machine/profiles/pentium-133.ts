/**
 * Intel Pentium at 133 MHz: the machine of the published L3, L4 and Mach figures. Untagged translation caches.
 */
import type { MachineProfile } from '../../contracts/accounting.ts';

const MANUAL = 'Intel, Pentium Processor Family Developer’s Manual, volume 3 (1995), instruction timings';
const ASSUMED = 'assumption';

export const pentium133: MachineProfile = {
  name: 'pentium-133',
  title: 'Intel Pentium, 133 MHz, untagged translation caches',
  hertz: 133_000_000,
  prices: {
    instruction: { cycles: 1, source: `${MANUAL}: simple instructions take one cycle; pairing is left out` },
    trapEntry: {
      cycles: 71,
      source:
        'Liedtke, On micro-Kernel Construction, SOSP 1995, section 4: entering kernel mode takes 71 cycles',
    },
    trapReturn: { cycles: 36, source: 'as trapEntry: returning to user mode takes 36, in all 107' },
    registerSaved: { cycles: 1, source: `${MANUAL}: mov to memory, 1` },
    registerRestored: { cycles: 1, source: `${MANUAL}: mov from memory, 1` },
    procedureCall: { cycles: 3, source: `${MANUAL}: call 1, ret 2` },
    addressSpaceSwitch: {
      cycles: 10,
      source: `${ASSUMED}: reloading the root, without the refills that follow`,
    },
    tlbFlush: {
      cycles: 0,
      source: 'entries of a flush are dropped together; the refills are charged where they happen',
    },
    tlbMiss: { cycles: 9, source: 'lecture notes on Liedtke, SOSP 1995: (32 + 64) entries x 9 cycles = 864' },
    walkStep: { cycles: 0, source: 'contained in tlbMiss' },
    wordCopied: { cycles: 2, source: `${MANUAL}: rep movs, one cycle for each of the two 4-byte words` },
    wordCleared: { cycles: 2, source: `${MANUAL}: rep stos, one cycle for each of the two 4-byte words` },
    recordRead: { cycles: 1, source: `${MANUAL}: mov from memory, 1` },
    recordWrite: { cycles: 1, source: `${MANUAL}: mov to memory, 1` },
    wordExamined: { cycles: 4, source: `${MANUAL}: two 4-byte loads and comparisons` },
    messageQueued: { cycles: 10, source: `${ASSUMED}: linking a message` },
    guardEvaluated: { cycles: 3, source: 'as procedureCall' },
    schedulerPass: { cycles: 10, source: `${ASSUMED}: entering the scheduler` },
    deviceAccess: { cycles: 30, source: `${ASSUMED}: an access over PCI, a quarter of a microsecond` },
    interprocessorInterrupt: { cycles: 133, source: `${ASSUMED}: one microsecond` },
    segmentLoad: {
      cycles: 12,
      source: `${MANUAL}: mov to a segment register in protected mode takes 2 to 3; four of them (code goes with the return)`,
    },
    idleCycle: { cycles: 1, source: 'by definition' },
  },
  instructionCache: {
    entries: 32,
    ways: 4,
    source: 'Intel, Pentium Processor Family Developer’s Manual: code TLB',
  },
  dataCache: { entries: 64, ways: 4, source: 'Intel, Pentium Processor Family Developer’s Manual: data TLB' },
  kernelMapping: {
    entries: 8,
    ways: 4,
    pageSize: 4 * 1024 * 1024,
    levels: 1,
    global: false,
    source:
      'Intel, Pentium Processor Family Developer’s Manual: 8 entries for data pages of 4 MiB; pages that outlive a flush (PGE) came with the Pentium Pro. That a kernel maps memory so is an assumption: L4 and Linux did, Mach had pages of 4 KiB',
  },
  taggedTranslation: false,
  quantum: 1_330_000,
};
