/**
 * Devices as the kernel hands them to their drivers: registers that cost an access each, and interrupts that wake a queue; the
 * kernel sends a message with them to a driver that is a server's thread.
 *
 * A driver is a thread of the service that owns the device: it listens with a wait queue of its own, looks at the device's
 * registers, and waits again in the same step, so that no interrupt is lost.
 */
import { Primitive } from '../contracts/accounting.ts';
import type { Device } from '../contracts/machine.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { KernelRoot } from './objects.ts';

/** Devices of a machine at most: the root has as many lines. */
export const MOST_DEVICES = 8;

export class Devices {
  readonly #kernel: Kernel;
  readonly #devices: readonly Device[];

  constructor(kernel: Kernel, devices: readonly Device[]) {
    if (devices.length > MOST_DEVICES) throw new Error(`a machine has at most ${MOST_DEVICES} devices`);
    this.#kernel = kernel;
    this.#devices = devices;
  }

  get count(): number {
    return this.#devices.length;
  }

  read(device: number, register: number): number {
    this.#kernel.meter.charge(Primitive.deviceAccess, 1);
    return this.#at(device).read(register);
  }

  write(device: number, register: number, value: number): void {
    this.#kernel.meter.charge(Primitive.deviceAccess, 1);
    this.#at(device).write(register, value, this.#kernel.now);
  }

  /** Names the queue that a device's interrupts wake. */
  listen(device: number, queue: PhysicalAddress): void {
    this.#kernel.meter.observer.u32[this.#line(device)] = queue;
  }

  /** A domain has died: its devices are stopped before its memory is given back, which they might still write to. */
  stopThoseOf(domain: PhysicalAddress): void {
    const { frames, meter } = this.#kernel;
    this.#devices.forEach((device, number) => {
      const queue = meter.observer.u32[this.#line(number)] as number;
      if (queue === 0 || frames.ownerOf(queue) !== domain) return;
      device.stop();
      this.listen(number, 0);
    });
  }

  /** The instant of the next interrupt of any device, or NEVER. */
  next(): Cycles {
    let next = NEVER;
    const devices = this.#devices;
    for (let number = 0; number < devices.length; number++)
      next = Math.min(next, (devices[number] as Device).nextInterrupt());
    return next;
  }

  /** Has every device do what is due by now, and wakes those who listen. */
  fire(now: Cycles): void {
    this.#devices.forEach((device, number) => {
      if (device.nextInterrupt() > now) return;
      while (device.nextInterrupt() <= now) device.fire();
      const queue = this.#kernel.meter.observer.u32[this.#line(number)] as number;
      if (queue !== 0) this.notify(queue);
    });
  }

  /** An interrupt for whoever listens at a queue: it is woken, and the kernel sends it a message where it is a server's thread. */
  notify(queue: PhysicalAddress): void {
    const { frames, requests } = this.#kernel;
    const listener = frames.ownerOf(queue);
    if (listener !== 0) requests.notify(listener);
    this.#kernel.wake(queue);
  }

  #at(number: number): Device {
    const device = this.#devices[number];
    if (device === undefined) throw new Error(`the machine has no device ${number}`);
    return device;
  }

  #line(device: number): number {
    const { lines } = KernelRoot.at(this.#kernel.meter.observer, this.#kernel.rootAddress);
    return (lines >>> 2) + device;
  }
}
