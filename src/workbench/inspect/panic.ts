/**
 * The text of a kernel panic: a step, or the machine under it, has thrown. That is a fault of the house, never of a guest.
 *
 * It says what happened where, whose request it was, and how to see more. The machine's tables may be the reason, so that
 * everything is read as an inspection reads: what is damaged is said to be, and nothing here throws.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { Thread } from '../../kernel/objects.ts';
import type { System } from '../system.ts';
import { Landmarks } from './landmarks.ts';
import { attempt, Damage, isDamaged, type Maybe } from './look.ts';
import { processBlock, processLines } from './processes.ts';
import { Scene } from './scene.ts';
import { count, indented } from './table.ts';
import {
  type ThreadBlock,
  threadBlock,
  threadCodeLines,
  threadLines,
  threadRegisterLines,
  threadStackLines,
} from './threads.ts';

/** The thread that the active hart runs. */
function failedThread(scene: Scene): PhysicalAddress {
  const { harts } = scene.system;
  const { thread } = harts.at(harts.active);
  if (thread === 0) throw new Damage('the hart runs no thread: it happened in the kernel itself');
  scene.look.check(thread, Thread.size, 'thread');
  return thread;
}

/** The thread whose request it was: a server works for another's. */
function program(scene: Scene, thread: PhysicalAddress): PhysicalAddress {
  return scene.thread(thread).requester || thread;
}

/** Where it happened, in one line. */
function placeLine(scene: Scene, thread: Maybe<ThreadBlock>): string {
  const { harts, executive } = scene.system;
  const when = `after ${count(executive.instructions())} instructions, at cycle ${count(harts.clockOf(harts.active))}`;
  const hart = `on hart ${harts.active}, ${when}`;
  if (isDamaged(thread)) return `${hart} (${thread.damaged})`;
  const [innermost] = thread.stack;
  if (innermost === undefined) return `while thread ${thread.id} ran its program, ${hart}`;
  if (isDamaged(innermost)) return `in the kernel, for thread ${thread.id}, ${hart}`;
  const { service, operation, step, domain } = innermost;
  return `in ${service}.${operation}, at step '${step}', in domain ${domain}, for ${thread.serves ?? thread.label}, ${hart}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...indented(lines)];
}

/** What an error says; a scheduling policy's message goes on with its dump. */
function messageOf(error: unknown): string[] {
  return (error instanceof Error ? error.message : String(error)).split('\n');
}

/** The text, ending in a newline. Never throws. */
export function panicText(system: System, error: unknown): string {
  const scene = new Scene(system);
  const marks = new Landmarks(scene);
  const failed = attempt(() => failedThread(scene));
  const thread = isDamaged(failed) ? failed : attempt(() => threadBlock(scene, marks, failed));
  const process = isDamaged(failed)
    ? failed
    : attempt(() => processBlock(scene, scene.thread(program(scene, failed)).process));
  const own = isDamaged(failed) ? failed : attempt(() => threadBlock(scene, marks, program(scene, failed)));
  const [first = '', ...more] = messageOf(error);
  const place = attempt(() => placeLine(scene, thread));
  return `${[
    `kernel panic: ${first}`,
    ...indented([...more, isDamaged(place) ? place.damaged : place]),
    ...section('kernel stack, innermost frame first', threadStackLines(thread)),
    ...section('thread', threadLines(thread)),
    ...section('process', processLines(process)),
    ...section('registers of the program', threadRegisterLines(own)),
    ...section('code of the program', threadCodeLines(own)),
  ].join('\n')}\n`;
}
