/**
 * The entries of procfs (tree 0) and sysfs (tree 1). Their order gives node numbers: add at the end of a directory only
 * together with the snapshot format's version.
 */
import { draw } from '../../kernel/choice.ts';
import { SYSTEM_NAMES } from '../calls/system.ts';
import { linuxRoot } from '../state.ts';
import {
  constant,
  type Definition,
  directory,
  file,
  guarded,
  jump,
  link,
  listed,
  Need,
  setting,
  stream,
} from './definitions.ts';
import type { Facts } from './facts.ts';
import { storeKillAdjustment, storeName } from './store.ts';
import * as processes from './text/processes.ts';
import * as system from './text/system.ts';

/** Numbers of the trees among supplied ones. */
export const SuppliedTree = { procfs: 0, sysfs: 1 } as const;

const BOOT_MIXER = 0x9e37_79b9;

/** A number of this boot: the same from the first instant to the last. */
function bootIdentity({ epoch, k }: Facts): string {
  const { frameCount } = k.root;
  const words = [1, 2, 3, 4].map((index) => Math.imul((epoch ^ frameCount) + index, BOOT_MIXER * index));
  return system.uuid(words.map((word) => word ^ (word >>> 15)));
}

function randomIdentity({ k }: Facts): string {
  return system.uuid([0, 0, 0, 0].map(() => draw(k.root)));
}

const KERNEL_ENTRIES: readonly Definition[] = [
  constant('hostname', `${SYSTEM_NAMES.node}\n`),
  constant('domainname', `${SYSTEM_NAMES.domain}\n`),
  constant('ostype', `${SYSTEM_NAMES.system}\n`),
  constant('osrelease', `${SYSTEM_NAMES.release}\n`),
  constant('version', `${SYSTEM_NAMES.version}\n`),
  constant('pid_max', '32768\n'),
  constant('ngroups_max', '65536\n'),
  constant('cap_last_cap', '40\n'),
  file('threads-max', Need.nothing, ({ k }) => `${linuxRoot(k).threadLimit}\n`),
  constant('randomize_va_space', '0\n'),
  directory('random', [
    file('boot_id', Need.nothing, bootIdentity),
    file('uuid', Need.nothing, randomIdentity),
    constant('entropy_avail', '256\n'),
    constant('poolsize', '256\n'),
  ]),
];

const SETTINGS: readonly Definition[] = [
  directory('kernel', KERNEL_ENTRIES),
  directory('vm', [
    constant('overcommit_memory', '1\n'),
    constant('overcommit_ratio', '50\n'),
    constant('max_map_count', '65530\n'),
    constant('mmap_min_addr', '4096\n'),
    constant('swappiness', '60\n'),
  ]),
  directory('fs', [
    constant('file-max', '9223372036854775807\n'),
    constant('nr_open', '524288\n'),
    constant('pipe-max-size', '1048576\n'),
  ]),
];

const FILESYSTEMS = ['sysfs', 'tmpfs', 'proc', 'overlay', 'hostfs']
  .map((name) => `nodev\t${name}\n`)
  .join('');

const PROCFS = directory('', [
  link('self', ({ id }) => String(id)),
  link('thread-self', ({ id, threadId }) => `${id}/task/${threadId}`),
  file('meminfo', Need.frames, system.meminfo),
  file('cpuinfo', Need.nothing, system.cpuinfo),
  file('stat', Need.nothing, system.stat),
  file('uptime', Need.nothing, system.uptime),
  file('loadavg', Need.nothing, system.loadavg),
  file('vmstat', Need.frames, system.vmstat),
  file('version', Need.nothing, system.version),
  constant('cmdline', '\n'),
  constant('filesystems', FILESYSTEMS),
  constant('swaps', 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'),
  link('mounts', () => 'self/mounts'),
  directory('sys', SETTINGS),
  directory('net', [
    stream('tcp', 'tcpSockets'),
    stream('udp', 'udpSockets'),
    stream('unix', 'localSockets'),
    stream('dev', 'links'),
  ]),
]);

const SYSFS = directory('', [
  directory('devices', [
    directory('system', [
      directory(
        'cpu',
        [
          file('online', Need.nothing, system.processorSet),
          file('possible', Need.nothing, system.processorSet),
          file('present', Need.nothing, system.processorSet),
          constant('offline', '\n'),
          constant('kernel_max', '31\n'),
        ],
        'processors',
      ),
    ]),
  ]),
]);

const processNeeds = Need.process | Need.memory | Need.terminal;

const THREAD_ENTRIES: readonly Definition[] = [
  setting('comm', Need.process, processes.comm, storeName),
  file('stat', processNeeds, processes.stat),
  file('status', processNeeds, processes.status),
  file('statm', processNeeds, processes.statm),
  guarded('maps', 'maps', 0o444),
  stream('cmdline', 'arguments'),
  guarded('environ', 'environment'),
  guarded('auxv', 'auxiliary'),
  jump('exe', 'executable'),
  jump('cwd', 'currentDirectory'),
  jump('root', 'rootDirectory'),
  file('limits', Need.process, processes.limits),
  stream('mounts', 'mounts'),
  stream('mountinfo', 'mountInformation'),
  guarded('smaps', 'smaps', 0o444),
  constant('cgroup', '0::/\n'),
  setting('oom_score_adj', Need.nothing, processes.killAdjustment, storeKillAdjustment),
  file('oom_score', Need.memory, processes.killScore),
  constant('loginuid', '4294967295'),
  constant('sessionid', '4294967295'),
  constant('wchan', '0'),
  constant('personality', '00000000\n'),
  listed('fd', 'descriptors', 0o500),
  listed('fdinfo', 'descriptorFacts'),
];

const PROCESS_ENTRIES: readonly Definition[] = [...THREAD_ENTRIES, listed('task', 'threads')];

/** What is in cpuN of sysfs. */
const PROCESSOR_ENTRIES: readonly Definition[] = [constant('online', '1\n')];

/** A fixed entry with its number (1 is the root), its directory's number and those of its children. */
export interface Fixed {
  readonly definition: Definition;
  readonly number: number;
  readonly parent: number;
  readonly children: readonly number[];
}

function flatten(root: Definition): readonly (Fixed | undefined)[] {
  const all: (Fixed | undefined)[] = [undefined];
  const add = (definition: Definition, parent: number): number => {
    const number = all.length;
    all.push(undefined);
    const children = (definition.children ?? []).map((child) => add(child, number));
    all[number] = { definition, number, parent, children };
    return number;
  };
  add(root, 1);
  return all;
}

const TREES: readonly ReturnType<typeof flatten>[] = [flatten(PROCFS), flatten(SYSFS)];

/** A fixed entry of a tree, or undefined. */
export function fixedEntry(tree: number, number: number): Fixed | undefined {
  return TREES[tree]?.[number];
}

/** The entries of every process's, thread's or processor's directory. */
export const VARYING = {
  process: PROCESS_ENTRIES,
  thread: THREAD_ENTRIES,
  processor: PROCESSOR_ENTRIES,
} as const;
