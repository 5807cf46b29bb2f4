/** Who runs and who could: the harts, the policy's own account of its queues, and the deadlines to come. */
import type { PolicyGround } from '../../contracts/scheduler.ts';
import { type Cycles, NEVER } from '../../contracts/units.ts';
import { KernelRoot, Thread, ThreadState } from '../../kernel/objects.ts';
import type { RecordStore } from '../../kernel/records.ts';
import { ThreadTask } from '../../kernel/thread-task.ts';
import type { Landmarks } from './landmarks.ts';
import { attempt, Damage, hexadecimal, isDamaged, listing, type Maybe } from './look.ts';
import type { Scene } from './scene.ts';
import { count, indented, table } from './table.ts';

export interface InspectedHart {
  readonly hart: number;
  readonly clock: Cycles;
  /** The thread that it runs; undefined when it idles. */
  readonly runs: string | undefined;
  readonly sliceEnd: Cycles;
  readonly idle: Cycles;
  readonly instructions: number;
  /** It has been asked to pass through the scheduler. */
  readonly reschedule: boolean;
}

export interface InspectedScheduling {
  readonly harts: readonly Maybe<InspectedHart>[];
  readonly policy: string;
  /** The policy's account of itself. */
  readonly dump: Maybe<string>;
  readonly ready: readonly Maybe<string>[];
  readonly deadlines: readonly Maybe<{ readonly thread: string; readonly at: Cycles }>[];
}

/** Record accesses that a policy may take to describe itself. */
const PATIENCE = 1_000_000;

/** A store whose accesses run out, for code that follows links on its own: damaged ones may lead in circles. */
function impatient(store: RecordStore): RecordStore {
  let left = PATIENCE;
  const check = (): void => {
    if (--left < 0) throw new Damage("the policy's records lead in circles");
  };
  return { ...store, guard: { check } };
}

/** The policy's dump, by a policy of its own over records that cost nothing. */
function dumpOf(scene: Scene): string {
  const { parts, kernel, harts, layout } = scene.system;
  const store = impatient(scene.look.store);
  const ground: PolicyGround = {
    harts: harts.count,
    quantum: parts.profile.quantum,
    allocate: () => {
      throw new Damage('the policy has no records');
    },
    task(id) {
      scene.look.check(id, Thread.size, 'thread');
      return new ThreadTask(store, id);
    },
    millisecond: Math.round(parts.profile.hertz / 1000),
    now: () => kernel.now,
    nameOf: String,
    get root() {
      const { policy } = KernelRoot.at(store, layout.root);
      if (policy !== 0) scene.look.check(policy, 8, "policy's record");
      return policy;
    },
    choose: () => 0,
  };
  return parts.policy(ground, store).dump() || kernel.scheduling.policy.name;
}

/** Threads by name where a dump has the addresses of their records. */
function withNames(marks: Landmarks, dump: string): string {
  return dump.replace(/\b\d{4,}\b/g, (number) => {
    const name = marks.nameOf(Number(number));
    return name !== undefined && /^(server )?thread /.test(name) ? `[${name}]` : number;
  });
}

function hartAt(scene: Scene, marks: Landmarks, hart: number): InspectedHart {
  const { harts } = scene.system;
  const { thread, sliceEnd, idle, instructions, reschedule } = harts.at(hart);
  return {
    hart,
    clock: harts.clockOf(hart),
    runs:
      thread === 0 ? undefined : (marks.nameOf(thread) ?? `damaged: no thread is at ${hexadecimal(thread)}`),
    sliceEnd,
    idle,
    instructions,
    reschedule: reschedule !== 0,
  };
}

function* readyThreads(scene: Scene): Generator<number> {
  for (const at of scene.threads()) if (scene.thread(at).state === ThreadState.ready) yield at;
}

export function inspectScheduling(scene: Scene, marks: Landmarks): InspectedScheduling {
  const { look, system } = scene;
  const threadName = (at: number) => marks.nameOf(at) ?? `the thread at ${hexadecimal(at)}`;
  const dump = attempt(() => withNames(marks, dumpOf(scene)));
  const timers = system.layout.root + KernelRoot.offsets.timers;
  return {
    harts: Array.from({ length: system.harts.count }, (_, hart) => attempt(() => hartAt(scene, marks, hart))),
    policy: system.kernel.scheduling.policy.name,
    dump,
    ready: listing(() => readyThreads(scene), threadName),
    deadlines: listing(
      () => look.nodes(timers, 'deadlines'),
      (node) => ({ thread: threadName(node - Thread.offsets.timer), at: look.store.f64[node / 8] as number }),
    ),
  };
}

function hartRow(hart: Maybe<InspectedHart>): string[] {
  if (isDamaged(hart)) return [`damaged: ${hart.damaged}`];
  const { clock, runs, sliceEnd, idle, instructions, reschedule } = hart;
  const slice = runs === undefined || sliceEnd === NEVER ? '' : count(sliceEnd);
  const asked = reschedule ? ' (asked to look again)' : '';
  return [`${hart.hart}`, count(clock), count(instructions), count(idle), slice, (runs ?? 'idle') + asked];
}

const text = (value: Maybe<string>): string => (isDamaged(value) ? `damaged: ${value.damaged}` : value);

export function schedulingLines({ harts, policy, dump, ready, deadlines }: InspectedScheduling): string[] {
  const heading = ['hart', 'clock', 'instructions', 'idle', 'slice ends', 'runs'];
  const rows = deadlines.map((deadline) =>
    isDamaged(deadline) ? ['', `damaged: ${deadline.damaged}`] : [count(deadline.at), deadline.thread],
  );
  return [
    ...table(heading, harts.map(hartRow), ['right', 'right', 'right', 'right', 'right']),
    `policy ${policy}: ${text(dump)}`,
    ...(ready.length === 0 ? ['no thread is ready'] : ['ready', ...indented(ready.map(text))]),
    ...(rows.length === 0
      ? ['no deadlines']
      : ['deadlines', ...indented(table(['cycle', 'thread'], rows, ['right']))]),
  ];
}
