/** Timers of a process: there are none yet. */
import type { Kernel } from '../../kernel/kernel.ts';
import type { ProcessView } from '../state.ts';

export function releaseTimers(_k: Kernel, _process: ProcessView): void {}

export function releasePosixTimers(_k: Kernel, _process: ProcessView): void {}
