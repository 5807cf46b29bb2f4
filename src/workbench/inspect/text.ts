/** An inspection as text, for people. */
import type { Inspection, InspectionChoice, InspectionPart, MachineFacts } from './inspection.ts';
import { isDamaged, type Maybe } from './look.ts';
import { memoryLines } from './memory.ts';
import { nativeLines } from './natives.ts';
import { pipeLines } from './pipes.ts';
import { portLines } from './ports.ts';
import { processLines } from './processes.ts';
import { schedulingLines } from './scheduling.ts';
import { spaceLines } from './spaces.ts';
import { bytesText, count } from './table.ts';
import { threadCodeLines, threadLines, threadRegisterLines, threadStackLines } from './threads.ts';
import { translationLines } from './translations.ts';

function machineLine(machine: Maybe<MachineFacts>): string {
  if (isDamaged(machine)) return `damaged: ${machine.damaged}`;
  const { structure, profile, harts, memoryBytes, instructions, cycles, processes, threads } = machine;
  const several = (number: number, what: string, plural = `${what}s`) =>
    `${count(number)} ${number === 1 ? what : plural}`;
  return (
    `${structure} on ${profile}, ${several(harts, 'hart')}, ${bytesText(memoryBytes)}: after ${several(instructions, 'instruction')} and ` +
    `${several(cycles, 'cycle')}, ${several(processes, 'process', 'processes')} and ${several(threads, 'thread')}`
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title.toUpperCase(), ...(lines.length === 0 ? ['(none)'] : lines)];
}

/** One or none, with `lines` of it. */
function lines<T>(value: Maybe<T> | undefined, make: (value: T) => string[]): string[] {
  if (value === undefined) return [];
  return isDamaged(value) ? [`damaged: ${value.damaged}`] : make(value);
}

/** The whole text, ending in a newline. `choice` is the one that the inspection was made with. */
export function inspectionText(found: Inspection, choice: InspectionChoice = {}): string {
  const part = (name: InspectionPart, title: string, make: () => readonly string[]) =>
    choice.parts === undefined || choice.parts.includes(name) ? section(title, make()) : [];
  const threads = found.threads ?? [];
  return `${[
    machineLine(found.machine),
    ...part('processes', 'processes', () => (found.processes ?? []).flatMap(processLines)),
    ...part('threads', 'threads', () => threads.flatMap(threadLines)),
    ...part('stacks', 'kernel stacks, innermost frame first', () => threads.flatMap(threadStackLines)),
    ...part('registers', 'registers', () => threads.flatMap(threadRegisterLines)),
    ...part('code', 'code at the next instruction', () => threads.flatMap(threadCodeLines)),
    ...part('spaces', 'address spaces', () => (found.spaces ?? []).flatMap(spaceLines)),
    ...part('tlb', 'translation caches', () => translationLines(found.tlb ?? [])),
    ...part('scheduling', 'scheduling', () => lines(found.scheduling, schedulingLines)),
    ...part('memory', 'memory', () => lines(found.memory, memoryLines)),
    ...part('pipes', 'pipes', () => pipeLines(found.pipes ?? [])),
    ...part('ports', 'servers', () => portLines(found.ports ?? [])),
    ...part('natives', 'rights and mappings of programs', () => lines(found.natives, nativeLines)),
  ].join('\n')}\n`;
}
