/**
 * The console's driver where the terminal is a server: a thread of its domain that the kernel sends a message at each
 * interrupt. In a kernel's own domain there is none: the interrupt's handler does the work at once (input.ts).
 */
import { serviceInterface } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain, RunnerKind } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { DEFAULT_WEIGHT } from '../../kernel/threads.ts';
import { drainDevice, noticeSize, wakeReaders } from './input.ts';
import { TerminalRoot } from './records.ts';
import { rootOf, type TerminalWiring } from './wiring.ts';

const driving = serviceInterface('terminal', {
  /** The console's thread: never ends. */
  drive: {},
});

const ANY_HART = 0xffff_ffff;

/** Takes what the device holds and waits for the next interrupt in the same step, so that none is lost. */
export function driveOperation(wiring: TerminalWiring): Operation {
  return operation(driving.drive, [], {
    begin(k) {
      const root = rootOf(k);
      noticeSize(k, root, wiring);
      drainDevice(k, root, wiring);
      wakeReaders(k, root);
      return k.wait([root.address + TerminalRoot.offsets.line], NEVER, 'begin', false);
    },
  });
}

/** Starts the driver where there is to be one. Throws without memory: a machine that small cannot start. */
export function startDriver(k: Kernel): void {
  const domain = k.homeOf('terminal');
  if (Domain.at(k.meter.observer, domain).privilege !== 0) return;
  const thread = k.threads.create({
    domain,
    beneficiary: k.root.kernelBeneficiary,
    process: 0,
    runner: RunnerKind.steps,
    weight: DEFAULT_WEIGHT,
    affinity: ANY_HART,
  });
  if (thread === 0) throw new Error('no memory for the terminal’s driver; give the machine more');
  const before = k.meter.account;
  k.enter(thread, driving.drive, {});
  k.meter.restore(before);
  k.scheduling.ready(thread, 'new');
}
