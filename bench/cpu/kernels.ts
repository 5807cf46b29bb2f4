/**
 * Kernels in C (programs/kernels), about a second each under QEMU: polykernel's translator with the modelled TLB off and on, QEMU on
 * the same file, and the host's processor on the same source. Start and translation are included.
 */
import { join } from 'node:path';
import { inTurn } from '../measure.ts';
import {
  type Benchmark,
  checkOutputs,
  geometricMeans,
  milliseconds,
  type Row,
  type Setting,
} from '../setting.ts';
import { native, ours, underQemu } from './contenders.ts';

export interface Kernel {
  readonly name: string;
  /** The parameter for the full size. */
  readonly size: number;
  /** Does the work grow with the size, or with its square, or by the golden ratio? */
  readonly growth: 'linear' | 'square' | 'golden';
}

const linear = (name: string, size: number): Kernel => ({ name, size, growth: 'linear' });

export const INTEGER: readonly Kernel[] = [
  linear('sieve', 28),
  { name: 'fib', size: 38, growth: 'golden' },
  linear('matrix', 22),
  linear('quicksort', 3),
  linear('sha256', 1100),
  linear('list', 700),
  linear('mix', 7000),
  linear('interpreter', 4_000_000),
];
export const FLOAT: readonly Kernel[] = [
  linear('nbody', 600_000),
  { name: 'spectral', size: 1250, growth: 'square' },
  { name: 'mandelbrot', size: 1100, growth: 'square' },
  linear('matrix-fma', 14),
];

const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/** The parameter for a share of the full work. */
export function sizeOf({ size, growth }: Kernel, scale: number): string {
  if (growth === 'golden')
    return String(Math.max(10, Math.round(size + Math.log(scale) / Math.log(GOLDEN_RATIO))));
  return String(Math.max(1, Math.round(size * (growth === 'square' ? Math.sqrt(scale) : scale))));
}

function measure(setting: Setting, kernel: Kernel): Row[] {
  const size = sizeOf(kernel, setting.scale);
  const folder = join(setting.programs, '../kernels');
  const contenders = [
    ...ours(setting, [`/kernels/${kernel.name}`, size], ['--mount', `${folder}:/kernels:ro`]),
    ...underQemu([join(folder, kernel.name), size]),
    ...native(setting, `kernels/${kernel.name}.c`, [size]),
  ];
  const measured = inTurn(contenders, setting.rounds);
  checkOutputs(kernel.name, measured);
  return milliseconds(kernel.name, measured, setting.time);
}

function group(name: string, about: string, kernels: readonly Kernel[], goal: string): Benchmark {
  return {
    name,
    about,
    run: async (setting) => {
      const rows = kernels.flatMap((kernel) => measure(setting, kernel));
      return [...rows, ...geometricMeans(`${name}, geometric mean`, rows, goal)];
    },
  };
}

export const KERNELS: readonly Benchmark[] = [
  group('cpu-integer', 'kernels of integers, translated, beside QEMU and the host', INTEGER, 'at most 0.5'),
  group('cpu-float', 'kernels of doubles, translated, beside QEMU and the host', FLOAT, 'at most 0.5'),
];
