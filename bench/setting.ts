/** What benchmarks are told, and what they give. */
import type { Measured } from './measure.ts';

/** A row of the result. */
export interface Row {
  readonly benchmark: string;
  readonly contender: string;
  readonly figure: number;
  readonly unit: string;
  /** Against ours: how many times as fast (or as large) the contender is; undefined for ours. */
  readonly ratio?: number;
  readonly goal?: string;
}

export interface Setting {
  readonly rounds: number;
  /** 1 for the full size; less for a quick look. */
  readonly scale: number;
  /** The polykernel command. */
  readonly ours: readonly string[];
  /** A Debian root with python3, or undefined. */
  readonly root: string | undefined;
  /** The folder programs of the project. */
  readonly sources: string;
  /** The folder with the prebuilt programs of /bin. */
  readonly programs: string;
  /** Which time counts in bench/cpu: of the clock, or of all processors for the process and its children. */
  readonly time: 'wall' | 'processor';
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** Why it cannot be run here, or undefined. */
  readonly lacks?: (setting: Setting) => string | undefined;
  readonly run: (setting: Setting) => Promise<Row[]>;
}

/** Half of the unit in which Linux tells processor time, in seconds. */
const SHORTEST = 0.005;

/** Milliseconds of each contender, and how many times as fast as the first it is. */
export function milliseconds(benchmark: string, measured: readonly Measured[], time: Setting['time']): Row[] {
  const taken = measured.map((one) => Math.max(SHORTEST, one[time]));
  const first = taken[0] ?? Number.NaN;
  return measured.map((one, index) => ({
    benchmark,
    contender: one.name,
    figure: (taken[index] as number) * 1000,
    unit: 'ms',
    ...(index === 0 ? {} : { ratio: first / (taken[index] as number) }),
  }));
}

/** The geometric mean of the ratios of each contender over several benchmarks; the goal is of QEMU's. */
export function geometricMeans(benchmark: string, rows: readonly Row[], goal?: string): Row[] {
  const contenders = [
    ...new Set(rows.filter(({ ratio }) => ratio !== undefined).map((row) => row.contender)),
  ];
  return contenders.map((contender) => {
    const logarithms = rows
      .filter((row) => row.contender === contender && row.ratio !== undefined)
      .map(({ ratio }) => Math.log(ratio as number));
    const mean = Math.exp(logarithms.reduce((sum, one) => sum + one, 0) / logarithms.length);
    return {
      benchmark,
      contender,
      figure: mean,
      unit: 'times as fast',
      ...(contender === 'qemu-riscv64' && goal !== undefined ? { goal } : {}),
    };
  });
}

/** All contenders must have printed the same. */
export function checkOutputs(benchmark: string, measured: readonly Measured[]): void {
  for (const { name, output } of measured)
    if (output !== measured[0]?.output)
      throw new Error(`${benchmark}: ${name} printed something else than ${measured[0]?.name}`);
}
