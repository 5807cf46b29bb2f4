/**
 * Memory devices: null, zero, full, random and urandom (mem(4), random(4)). Random bytes come from the machine's seed.
 */
import { ErrorNumber } from '../contracts/errors.ts';
import { Access } from '../contracts/machine.ts';
import { type Span, serviceInterface } from '../contracts/service.ts';
import { PAGE_SIZE } from '../contracts/units.ts';
import { draw } from '../kernel/choice.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import { memory } from '../services/memory/interface.ts';
import { currentThread } from './state.ts';

export const devices = serviceInterface('linux', {
  /** `device` is a DeviceNumber. Value: bytes. */
  readDevice: { device: 'number', into: 'span' },
  writeDevice: { device: 'number', from: 'span' },
});

const memoryDevice = (minor: number): number => 0x100 | minor;

/** Device numbers as makedev(3) builds them for small majors. */
export const DeviceNumber = {
  null: memoryDevice(3),
  zero: memoryDevice(5),
  full: memoryDevice(7),
  random: memoryDevice(8),
  urandom: memoryDevice(9),
  terminal: 0x500,
  console: 0x501,
  /** The console's error output, for /proc/N/fd/2 when that is no terminal. */
  errorOutput: 0x540,
} as const;

/** Fills the executing thread's second scratch page with what a device gives. */
function fill(k: Kernel, device: number, length: number): void {
  const { scratch2 } = currentThread(k);
  if (device === DeviceNumber.zero || device === DeviceNumber.full) k.memory.clear(scratch2, length);
  else for (let at = 0; at < length; at += 4) k.memory.write32(scratch2 + at, draw(k.root));
}

const read = operation(devices.readDevice, ['moved'], {
  begin(k, f) {
    if (f.device === DeviceNumber.null) return k.done(0);
    const span: Span = f.into;
    const length = Math.min(PAGE_SIZE, span.length - f.moved);
    if (length === 0) return k.done(f.moved);
    fill(k, f.device, length);
    const moved = k.toSpan(span, f.moved, currentThread(k).scratch2, length);
    f.moved += moved;
    if (moved === length) return k.goto('begin');
    const rest = { address: span.start + f.moved, length: length - moved };
    return k.call(memory.supply, { space: span.space, ...rest, access: Access.write }, 'supplied');
  },
  supplied(k, f, reply) {
    if (reply.error === 0) return k.goto('begin');
    return f.moved > 0 ? k.done(f.moved) : k.fail(ErrorNumber.EFAULT);
  },
});

const write = operation(devices.writeDevice, [], {
  begin(k, f) {
    const span: Span = f.from;
    return f.device === DeviceNumber.full ? k.fail(ErrorNumber.ENOSPC) : k.done(span.length);
  },
});

export const deviceOperations: readonly Operation[] = [read, write];
