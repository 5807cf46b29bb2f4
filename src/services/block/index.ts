/** The block service as code, and its boot. */
import { DiskRegister } from '../../contracts/disk.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse, RunnerKind } from '../../kernel/objects.ts';
import type { ServiceCode } from '../../kernel/registry.ts';
import { DEFAULT_WEIGHT } from '../../kernel/threads.ts';
import { takeOver } from './cache.ts';
import { driveOperation, driving, openRing } from './driver.ts';
import { DiskFlag } from './interface.ts';
import { BlockRoot, DiskState, rootOf } from './records.ts';
import { transferOperations } from './transfer.ts';
import type { BlockWiring } from './wiring.ts';
import { flushOperation, writeBackOperation, writingBack } from './write-back.ts';

export { REPLACEMENT_POLICIES, replacementNamed } from './policies/index.ts';

/** The cache's share of the machine's frames, and its least size in units. */
const SHARE = 16;
const LEAST_UNITS = 32;
const ANY_HART = 0xffff_ffff;

export function blockService(wiring: BlockWiring): ServiceCode {
  return {
    name: 'block',
    revival: { lost: '', boot: (k) => reviveBlocks(k, wiring) },
    operations: [...transferOperations(wiring), flushOperation, driveOperation, writeBackOperation],
  };
}

/** A thread of the service's own domain. Throws without memory: a machine that small cannot start. */
function startThread(k: Kernel, enter: (thread: PhysicalAddress) => void): void {
  const thread = k.threads.create({
    domain: k.homeOf('block'),
    beneficiary: k.root.kernelBeneficiary,
    process: 0,
    runner: RunnerKind.steps,
    weight: DEFAULT_WEIGHT,
    affinity: ANY_HART,
  });
  if (thread === 0) throw new Error('no memory for the disks; give the machine more');
  enter(thread);
  k.scheduling.ready(thread, 'new');
}

function openDisk(k: Kernel, device: number): PhysicalAddress {
  const home = k.homeOf('block');
  const address = k.slab.allocate(home, DiskState.size);
  const ring = k.frames.allocate(home, FrameUse.index);
  if (address === 0 || ring === 0) throw new Error('no memory for the disks; give the machine more');
  const disk = DiskState.at(k.store, address);
  disk.device = device;
  disk.ring = ring;
  disk.expected = -1;
  disk.sectors = k.devices.read(device, DiskRegister.sectors);
  disk.flags = k.devices.read(device, DiskRegister.writeProtected) === 1 ? DiskFlag.writeProtected : 0;
  openRing(k, disk);
  return address;
}

/** Makes the service's records and threads, when the machine has disks. Called before the first program, and after a death. */
export function bootBlocks(k: Kernel, { cacheUnits }: BlockWiring): void {
  if (k.devices.count === 0) return;
  const address = k.slab.allocate(k.homeOf('block'), BlockRoot.size);
  if (address === 0) throw new Error('no memory for the disks; give the machine more');
  k.setServiceRoot('block', address);
  const root = BlockRoot.at(k.store, address);
  const share = Math.max(LEAST_UNITS, Math.floor(k.root.frameCount / SHARE));
  root.limit = cacheUnits === 0 ? share : cacheUnits;
  for (let device = k.devices.count - 1; device >= 0; device--) {
    const disk = openDisk(k, device);
    DiskState.at(k.store, disk).next = root.firstDisk;
    root.firstDisk = disk;
    startThread(k, (thread) => k.enter(thread, driving.drive, { disk }));
  }
  startThread(k, (thread) => k.enter(thread, writingBack.writeBack, {}));
}

/** The service after its server's death: the disks are as they are, and what was to be written to them is found again. */
function reviveBlocks(k: Kernel, wiring: BlockWiring): void {
  bootBlocks(k, wiring);
  if (k.serviceRoot('block') === 0) return;
  const root = rootOf(k);
  let taken = 0;
  for (let disk = root.firstDisk; disk !== 0; disk = DiskState.at(k.store, disk).next)
    taken += takeOver(k, wiring.policy, disk);
  const lost = root.errors > 0 ? `, ${root.errors} are lost: the next flush of their disk fails` : '';
  if (taken > 0 || lost !== '')
    k.say(`changed blocks that were on their way to disks: ${taken} found again${lost}`);
}
