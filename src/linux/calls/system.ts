/** What a program asks about the system: its name, its state, its processor, randomness; and prctl. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { SpanRight } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { processes } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { DeviceNumber, devices } from '../devices.ts';
import { internal } from '../internal.ts';
import { currentProcess, currentThread, linuxRoot, ownSpan, userSpan } from '../state.ts';
import { applyHints } from '../time/hints.ts';
import { immediate } from './simple.ts';

/** What uname(2) and procfs say. The release is the version of Linux whose behaviour is followed. */
export const SYSTEM_NAMES = {
  system: 'Linux',
  node: 'polykernel',
  release: '6.12.0-polykernel',
  version: '#1 SMP polykernel',
  machine: 'riscv64',
  domain: '(none)',
} as const;

const NAME_BYTES = 65;
const UTSNAME_BYTES = NAME_BYTES * 6;

/** A call that puts a structure together in scratch and gives it to the program. */
function structure(
  number: number,
  name: string,
  length: number,
  fill: (k: Kernel, at: number) => void,
  support: SystemCall['support'] = 'full',
): SystemCall {
  return systemCall({
    number,
    name,
    arguments: { into: 'pointer' },
    support,
    steps: {
      begin(k, f) {
        const { scratch } = currentThread(k);
        k.memory.clear(scratch, length);
        fill(k, scratch);
        return k.call(internal.writeUser, { address: f.into, from: scratch, length }, 'finish');
      },
      finish(k, _f, reply) {
        return reply.error === 0 ? k.done() : k.fail(reply.error);
      },
    },
  });
}

const uname = structure(160, 'uname', UTSNAME_BYTES, (k, at) => {
  Object.values(SYSTEM_NAMES).forEach((name, index) => {
    k.memory.store(at + index * NAME_BYTES, new TextEncoder().encode(name));
  });
});

/** struct sysinfo (linux/sysinfo.h) in bytes: uptime, loads[3], total and free RAM, ..., procs, mem_unit. */
const Sysinfo = { uptime: 0, total: 32, free: 40, processes: 80, unit: 104 } as const;
const SYSINFO_BYTES = 112;

const sysinfo = structure(
  179,
  'sysinfo',
  SYSINFO_BYTES,
  (k, at) => {
    const put = (offset: number, value: number) => {
      k.memory.write32(at + offset, value >>> 0);
      k.memory.write32(at + offset + 4, Math.floor(value / 2 ** 32));
    };
    put(Sysinfo.uptime, Math.floor(k.now / k.hertz));
    put(Sysinfo.total, k.root.frameCount * PAGE_SIZE);
    put(Sysinfo.free, k.frames.free * PAGE_SIZE);
    k.memory.write32(at + Sysinfo.processes, k.root.threadCount);
    k.memory.write32(at + Sysinfo.unit, 1);
  },
  { partial: 'load averages, shared and buffer memory are 0' },
);

const GRND_MASK = 7;
/** GRND_RANDOM and GRND_INSECURE exclude each other. */
const GRND_SOURCES = 6;

const getrandom = systemCall({
  number: 278,
  name: 'getrandom',
  arguments: { into: 'pointer', length: 'size', flags: 'flags' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.flags & ~GRND_MASK || (f.flags & GRND_SOURCES) === GRND_SOURCES)
        return k.fail(ErrorNumber.EINVAL);
      const into = userSpan(k, f.into, Math.min(f.length, 0x1ff_ffff), SpanRight.write);
      return k.call(devices.readDevice, { device: DeviceNumber.urandom, into }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

/** Keys of riscv_hwprobe (arch/riscv/include/uapi/asm/hwprobe.h). */
const ProbeKey = {
  baseBehavior: 3,
  extensions: 4,
  performance: 5,
  zicbozBlock: 6,
  highestAddress: 7,
} as const;
const BASE_IMA = 1;
const EXT_FD = 1;
const EXT_C = 2;
const EXT_ZBA = 1 << 3;
const EXT_ZBB = 1 << 4;
const EXT_ZBS = 1 << 5;
const MISALIGNED_FAST = 3;
const PROBE_BYTES = 16;
const MOST_PROBES = PAGE_SIZE / PROBE_BYTES;
const HIGHEST_USER_ADDRESS = 2 ** 47 - 1;

/** The value of a key, or undefined for one that is not known, which is then shown as -1. */
function probeValue(key: number): number | undefined {
  switch (key) {
    case 0:
    case 1:
    case 2:
    case ProbeKey.zicbozBlock:
      return 0;
    case ProbeKey.baseBehavior:
      return BASE_IMA;
    case ProbeKey.extensions:
      return EXT_FD | EXT_C | EXT_ZBA | EXT_ZBB | EXT_ZBS;
    case ProbeKey.performance:
      return MISALIGNED_FAST;
    case ProbeKey.highestAddress:
      return HIGHEST_USER_ADDRESS;
    default:
      return undefined;
  }
}

const hwprobe = systemCall({
  number: 258,
  name: 'riscv_hwprobe',
  arguments: { pairs: 'pointer', count: 'size', harts: 'size', set: 'pointer', flags: 'flags' },
  support: { partial: 'without flags; all harts are alike' },
  steps: {
    begin(k, f) {
      if (f.flags !== 0 || f.count > MOST_PROBES) return k.fail(ErrorNumber.EINVAL);
      const { scratch } = currentThread(k);
      return k.call(
        internal.readUser,
        { address: f.pairs, into: scratch, length: f.count * PROBE_BYTES },
        'asked',
      );
    },
    asked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const { scratch } = currentThread(k);
      for (let at = scratch; at < scratch + f.count * PROBE_BYTES; at += PROBE_BYTES) {
        const value = k.memory.read32(at + 4) === 0 ? probeValue(k.memory.read32(at)) : undefined;
        if (value === undefined) {
          k.memory.write32(at, 0xffff_ffff);
          k.memory.write32(at + 4, 0xffff_ffff);
        }
        k.memory.write32(at + 8, (value ?? 0) >>> 0);
        k.memory.write32(at + 12, Math.floor((value ?? 0) / 2 ** 32));
      }
      return k.call(
        internal.writeUser,
        { address: f.pairs, from: scratch, length: f.count * PROBE_BYTES },
        'finish',
      );
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

/** Options of prctl(2) that are carried out (linux/prctl.h). */
const Prctl = {
  setDeathSignal: 1,
  getDeathSignal: 2,
  getDumpable: 3,
  setDumpable: 4,
  setName: 15,
  getName: 16,
  readCapability: 23,
  setSubreaper: 36,
  getSubreaper: 37,
  setNoNewPrivileges: 38,
  getNoNewPrivileges: 39,
} as const;
const THREAD_NAME_BYTES = 16;
const LAST_CAPABILITY = 40;

/** The options that are decided at once. */
function simplePrctl(k: Kernel, option: number, value: number) {
  const process = currentProcess(k);
  switch (option) {
    case Prctl.setDeathSignal:
      if (value > 64) return k.fail(ErrorNumber.EINVAL);
      process.parentDeathSignal = value;
      linuxRoot(k).deathSignals = 1;
      return k.done();
    case Prctl.getDumpable:
      return k.done(process.dumpable);
    case Prctl.setDumpable:
      if (value > 1) return k.fail(ErrorNumber.EINVAL);
      process.dumpable = value;
      return k.done();
    case Prctl.readCapability:
      return value > LAST_CAPABILITY ? k.fail(ErrorNumber.EINVAL) : k.done(1);
    case Prctl.setSubreaper:
      process.childSubreaper = value === 0 ? 0 : 1;
      return k.call(processes.setReaper, { process: process.process, on: process.childSubreaper }, 'finish');
    case Prctl.setNoNewPrivileges:
      if (value !== 1) return k.fail(ErrorNumber.EINVAL);
      process.noNewPrivileges = 1;
      return k.done();
    case Prctl.getNoNewPrivileges:
      return k.done(process.noNewPrivileges);
    default:
      return k.fail(ErrorNumber.EINVAL);
  }
}

const prctl = systemCall({
  number: 167,
  name: 'prctl',
  arguments: { option: 'int', value: 'size', third: 'size', fourth: 'size', fifth: 'size' },
  support: {
    partial: 'names, dumpable, death signal, no_new_privs, subreaper, CAPBSET_READ',
  },
  locals: ['length'],
  steps: {
    begin(k, f) {
      const thread = currentThread(k);
      const { scratch } = thread;
      if (f.option === Prctl.setName)
        return k.call(internal.readString, { address: f.value, into: scratch, capacity: PAGE_SIZE }, 'named');
      if (f.option === Prctl.getName)
        return k.call(
          internal.writeUser,
          { address: f.value, from: thread.name, length: THREAD_NAME_BYTES },
          'finish',
        );
      const process = currentProcess(k);
      if (f.option === Prctl.getDeathSignal || f.option === Prctl.getSubreaper) {
        k.memory.write32(
          scratch,
          f.option === Prctl.getDeathSignal ? process.parentDeathSignal : process.childSubreaper,
        );
        return k.call(internal.writeUser, { address: f.value, from: scratch, length: 4 }, 'finish');
      }
      if (f.option === Prctl.setNoNewPrivileges || f.option === Prctl.getNoNewPrivileges) {
        const rest = f.third + f.fourth + f.fifth + (f.option === Prctl.getNoNewPrivileges ? f.value : 0);
        if (rest !== 0) return k.fail(ErrorNumber.EINVAL);
      }
      return simplePrctl(k, f.option, f.value);
    },
    named(k, f, reply) {
      if (reply.error !== 0) return k.fail(ErrorNumber.EFAULT);
      f.length = Math.min(reply.value, THREAD_NAME_BYTES - 1);
      const thread = currentThread(k);
      k.memory.clear(thread.name, THREAD_NAME_BYTES);
      k.memory.copy(thread.name, thread.scratch, f.length);
      applyHints(k);
      const process = currentProcess(k);
      if (thread.id !== process.id) return k.done();
      const name = ownSpan(thread.scratch, f.length);
      return k.call(processes.rename, { process: process.process, name }, 'finish');
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done() : k.fail(reply.error);
    },
  },
});

/** The machine's code cache notices every store to code, so that there is nothing to flush. */
const flushInstructions = immediate(
  259,
  'riscv_flush_icache',
  { start: 'pointer', end: 'pointer', flags: 'size' },
  (k, { flags }) => (flags > 1 ? k.fail(ErrorNumber.EINVAL) : k.done()),
);

/** Asks for the personality without setting one. */
const ASK = 0xffff_ffff;

const personality = immediate(
  92,
  'personality',
  { persona: 'unsigned' },
  (k, { persona }) => {
    const process = currentProcess(k);
    const before = process.personality;
    if (persona !== ASK) process.personality = persona;
    return k.done(before);
  },
  {
    partial:
      'kept for the process, without an effect: nothing is randomised, and there is no other personality',
  },
);

export const systemInformationCalls: readonly SystemCall[] = [
  uname,
  sysinfo,
  getrandom,
  hwprobe,
  prctl,
  flushInstructions,
  personality,
];
