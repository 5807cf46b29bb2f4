/** What a blocked thread waits for: queues, an instant, a server's reply, a request. */
import { type Cycles, NEVER } from '../../contracts/units.ts';
import { StackFrame, Waiter } from '../../kernel/objects.ts';
import type { Landmarks } from './landmarks.ts';
import { isDamaged, listing, type Maybe } from './look.ts';
import type { Scene, ThreadView } from './scene.ts';
import { count } from './table.ts';

export interface Waits {
  /** What each of the queues that it is in means. */
  readonly queues: readonly Maybe<string>[];
  /** The instant at which it stops waiting; undefined for never. */
  readonly until: Cycles | undefined;
  readonly interruptible: boolean;
  /** Between servers: the reply of which server, a server that is not busy, or a request; undefined for none of these. */
  readonly service: string | undefined;
}

/** What a thread waits for that is joined to servers, by no queue. */
function serviceOf(scene: Scene, marks: Landmarks, thread: ThreadView): string | undefined {
  const { server, frame, process, firstWaiter, requester } = thread;
  if (server !== 0) return `the reply of ${marks.nameOf(server) ?? 'a server that is damaged'}`;
  if (frame !== 0 && scene.look.view(StackFrame, frame).message !== 0) return 'a server that is not busy';
  return process === 0 && frame === 0 && firstWaiter === 0 && requester === 0 ? 'a request' : undefined;
}

export function waitsOf(scene: Scene, marks: Landmarks, thread: ThreadView): Waits {
  const { look } = scene;
  const next = (at: number) => look.view(Waiter, at).sibling;
  return {
    queues: listing(
      () => look.chain(thread.firstWaiter, 'places in queues', next),
      (at) => marks.queueName(look.view(Waiter, at).queue, thread),
    ),
    until: thread.deadline === NEVER ? undefined : thread.deadline,
    interruptible: thread.interruptible === 1,
    service: serviceOf(scene, marks, thread),
  };
}

export function waitText({ queues, until, interruptible, service }: Waits): string {
  if (service !== undefined) return `waits for ${service}`;
  const names = queues.map((queue) => (isDamaged(queue) ? `damaged: ${queue.damaged}` : queue));
  const bare =
    until !== undefined ? 'time to pass' : interruptible ? 'a signal' : 'nothing, and nobody wakes it';
  const deadline = until === undefined ? '' : `, until cycle ${count(until)}`;
  const stubborn = interruptible || names.length === 0 ? '' : ' (no signal may end it)';
  return `waits for ${names.length === 0 ? bare : names.join(', or ')}${deadline}${stubborn}`;
}
