/** What the terminal service is handed when a system is put together, and how it finds its own record. */
import type { OutsideConsole } from '../../contracts/outside.ts';
import type { ViewOf } from '../../contracts/records.ts';
import type { OperationReference } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { TerminalRoot } from './records.ts';
import { LocalFlag } from './settings.ts';

export interface TerminalWiring {
  /** The memory service's `supply`. */
  readonly supply: OperationReference<{
    space: 'number';
    address: 'number';
    length: 'number';
    access: 'number';
  }>;
  readonly console: OutsideConsole;
  /** A character of ISIG, or a change of the window's size: `signal` is for `group`, the foreground's; 0 is none. */
  readonly interruptCharacter: (k: Kernel, signal: number, group: number) => void;
}

export type RootView = ViewOf<typeof TerminalRoot.schema>;

export function rootOf(k: Kernel): RootView {
  return TerminalRoot.at(k.store, k.serviceRoot('terminal'));
}

export function isTerminal(root: RootView, stream: number): boolean {
  return ((root.terminals >>> stream) & 1) === 1;
}

/** Is input gathered into lines? Only a terminal's is. */
export function isCanonical(root: RootView): boolean {
  return isTerminal(root, 0) && (root.localFlags & LocalFlag.ICANON) !== 0;
}
