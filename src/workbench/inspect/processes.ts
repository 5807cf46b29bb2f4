/** Process control blocks: numbers, parent, state, credentials, signals, and what is open. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { Beneficiary, Credentials, Domain } from '../../kernel/objects.ts';
import { LinuxProcess, LinuxThread, Paths } from '../../linux/records.ts';
import { ProcessState } from '../../services/processes/records.ts';
import { descriptorsOf, type OpenDescriptor } from './descriptors.ts';
import { pathOf } from './files.ts';
import { attempt, isDamaged, listing, type Maybe } from './look.ts';
import { signalName, signalNames, statusName } from './names.ts';
import type { ProcessView, Scene } from './scene.ts';
import { count, indented, table } from './table.ts';

export interface ProcessBlock {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly threads: readonly number[];
  readonly credentials: Maybe<CredentialNumbers> | undefined;
  /** What the Linux personality knows; undefined for one that has ended, or was never a program. */
  readonly linux: Maybe<LinuxBlock> | undefined;
  readonly cyclesUser: number;
  readonly cyclesKernel: number;
}

export interface CredentialNumbers {
  readonly user: number;
  readonly effectiveUser: number;
  readonly group: number;
  readonly effectiveGroup: number;
  readonly groups: readonly number[];
}

export interface LinuxBlock {
  readonly executable: string;
  readonly directory: string;
  readonly root: string;
  readonly pendingSignals: readonly string[];
  readonly descriptors: readonly Maybe<OpenDescriptor>[];
}

function stateOf(scene: Scene, process: ProcessView): string {
  if (process.state === ProcessState.zombie) return `zombie, ${statusName(process.status)}`;
  if (process.state !== ProcessState.alive) return `damaged: state ${process.state}`;
  if (process.personality === 0) return 'alive';
  const { stopped, ending, status } = scene.look.view(LinuxProcess, process.personality);
  if (ending !== 0) return `ending, ${statusName(status)}`;
  return stopped === 0 ? 'alive' : `stopped by ${signalName(stopped)}`;
}

function credentialsOf(scene: Scene, domain: PhysicalAddress): CredentialNumbers | undefined {
  const { look } = scene;
  const { credentials } = look.view(Domain, domain);
  if (credentials === 0) return undefined;
  const { user, effectiveUser, group, effectiveGroup, groupCount, groups } = look.view(
    Credentials,
    credentials,
  );
  const known = Math.min(groupCount, 32);
  const members = Array.from({ length: known }, (_, index) => look.word(groups + index * 4));
  return { user, effectiveUser, group, effectiveGroup, groups: members };
}

function linuxOf(scene: Scene, personality: PhysicalAddress): LinuxBlock {
  const { look } = scene;
  const linux = look.view(LinuxProcess, personality);
  const paths = linux.paths === 0 ? undefined : look.view(Paths, linux.paths);
  return {
    executable: pathOf(look, linux.executable),
    directory: pathOf(look, paths?.current ?? 0),
    // 0 is the root of the tree itself.
    root: paths === undefined || paths.root === 0 ? '/' : pathOf(look, paths.root),
    pendingSignals: signalNames(linux.pendingLow, linux.pendingHigh),
    descriptors: descriptorsOf(look, linux.descriptors),
  };
}

/** Numbers of a process's threads, as the program knows them. */
function threadsOf(scene: Scene, process: ProcessView): number[] {
  const { look } = scene;
  const next = (at: PhysicalAddress) => scene.thread(at).sibling;
  const found = listing(
    () => look.chain(process.firstThread, 'threads of a process', next),
    (at) => {
      const thread = scene.thread(at);
      return thread.personality === 0 ? thread.id : look.view(LinuxThread, thread.personality).id;
    },
  );
  return found.filter((id) => !isDamaged(id)) as number[];
}

function timesOf(scene: Scene, process: ProcessView): { cyclesUser: number; cyclesKernel: number } {
  let { cyclesUser, cyclesKernel } = process;
  attempt(() => {
    const next = (at: PhysicalAddress) => scene.thread(at).sibling;
    for (const at of scene.look.chain(process.firstThread, 'threads of a process', next)) {
      cyclesUser += scene.thread(at).cyclesUser;
      cyclesKernel += scene.thread(at).cyclesKernel;
    }
  });
  return { cyclesUser, cyclesKernel };
}

export function processBlock(scene: Scene, address: PhysicalAddress): ProcessBlock {
  const { look } = scene;
  const process = scene.process(address);
  const parent = attempt(() => scene.pidOf(process.parent));
  const name = attempt(() => look.text(look.view(Beneficiary, process.beneficiary).name, 32));
  const state = attempt(() => stateOf(scene, process));
  return {
    pid: process.id,
    name: isDamaged(name) ? `damaged: ${name.damaged}` : name,
    state: isDamaged(state) ? `damaged: ${state.damaged}` : state,
    parent: isDamaged(parent) ? Number.NaN : parent,
    group: process.group,
    session: process.session,
    threads: threadsOf(scene, process),
    credentials: process.domain === 0 ? undefined : attempt(() => credentialsOf(scene, process.domain)),
    linux:
      process.personality === 0 || process.state === ProcessState.zombie
        ? undefined
        : attempt(() => linuxOf(scene, process.personality)),
    ...timesOf(scene, process),
  };
}

export function processBlocks(scene: Scene): Maybe<ProcessBlock>[] {
  return listing(
    () => scene.processes(),
    (process) => processBlock(scene, process),
  );
}

function credentialsText(credentials: CredentialNumbers): string {
  const { user, effectiveUser, group, effectiveGroup, groups } = credentials;
  const pair = (real: number, effective: number) =>
    real === effective ? `${real}` : `${real}, effective ${effective}`;
  const others = groups.length === 0 ? '' : `, also ${groups.join(' ')}`;
  return `user ${pair(user, effectiveUser)}; group ${pair(group, effectiveGroup)}${others}`;
}

function descriptorLines(descriptors: readonly Maybe<OpenDescriptor>[]): string[] {
  const rows = descriptors.map((open) =>
    isDamaged(open)
      ? ['', `damaged: ${open.damaged}`]
      : [
          `${open.descriptor}`,
          open.what,
          open.access,
          count(open.offset),
          open.shared > 1 ? `${open.shared} holders` : '',
          open.closedByExec ? 'closed by exec' : '',
        ],
  );
  return table(['', 'open on', 'for', 'offset', '', ''], rows, ['right', 'left', 'left', 'right']);
}

function linuxLines(linux: Maybe<LinuxBlock>): string[] {
  if (isDamaged(linux)) return [`damaged: ${linux.damaged}`];
  const signals =
    linux.pendingSignals.length === 0 ? [] : [`signals pending: ${linux.pendingSignals.join(' ')}`];
  return [
    `program ${linux.executable}, in ${linux.directory}${linux.root === '/' ? '' : `, root ${linux.root}`}`,
    ...signals,
    ...(linux.descriptors.length === 0 ? ['nothing open'] : descriptorLines(linux.descriptors)),
  ];
}

export function processLines(process: Maybe<ProcessBlock>): string[] {
  if (isDamaged(process)) return [`damaged: ${process.damaged}`];
  const { pid, name, state, parent, group, session, threads, credentials, linux } = process;
  const who =
    credentials === undefined
      ? []
      : [isDamaged(credentials) ? `damaged: ${credentials.damaged}` : credentialsText(credentials)];
  const threadText = threads.length === 0 ? 'no threads' : `threads ${threads.join(' ')}`;
  return [
    `process ${pid} (${name}): ${state}`,
    ...indented([
      `parent ${Number.isNaN(parent) ? 'damaged' : parent || 'none'}, group ${group}, session ${session}; ${threadText}`,
      ...who,
      `${count(process.cyclesUser)} cycles in its program, ${count(process.cyclesKernel)} in the kernel`,
      ...(linux === undefined ? [] : linuxLines(linux)),
    ]),
  ];
}
