/**
 * Why translated code was left, for whoever measures: told by the instruction that was next, which the driver counts by its handler.
 * No result of the machine depends on it.
 */

import { accessesData, contains, type HandlerCatalogue, SpecialHandler } from '../interpreter/handlers.ts';
import type { MemoryViews } from '../interpreter/memory-views.ts';
import type { Definition } from '../isa/definition.ts';
import { EXITS_LIMIT, Workspace } from '../layout.ts';

/** What can be next when translated code is left. The sum is how often it was left. */
export const EXIT_CAUSES = {
  budget: 'end of the budget near',
  region: 'another region: depth, or a target that was not known',
  data: 'load or store: translation not cached, misaligned, or a fault',
  system: 'system call or trap',
  control: 'control register',
  float: 'float operation',
  unexecuted: 'code that never ran',
  fetch: 'code page whose translation is not cached',
  other: 'code that is not translated',
} as const;

export type ExitCause = keyof typeof EXIT_CAUSES;
export type ExitCounts = Readonly<Record<ExitCause, number>>;

/** Fewer instructions than that left in the budget count as its end: no region is longer. */
export const NEARLY_SPENT = 1200;

/** Places among the counts behind those of the handlers. */
export const ExitPlace = { all: 0, budget: 1 } as const;

function causeOf(definition: Definition): ExitCause {
  const { name } = definition;
  if (accessesData(definition)) return 'data';
  if (name === 'ecall' || name === 'ebreak') return 'system';
  if (contains(definition, ['system'])) return 'control';
  return contains(definition, ['exactFloat']) ? 'float' : 'other';
}

function causeOfHandler(catalogue: HandlerCatalogue, handler: number): ExitCause {
  if (handler === SpecialHandler.translated) return 'region';
  if (handler === SpecialHandler.undecoded) return 'unexecuted';
  const first = catalogue.firstInstruction(handler);
  return first === undefined ? 'other' : causeOf(first.definition);
}

/** Reads the counts of the driver. */
export function exitCounts(views: MemoryViews, catalogue: HandlerCatalogue): ExitCounts {
  const count = (place: number): number => views.u32(Workspace.exits + place * 4);
  const counts = Object.fromEntries(Object.keys(EXIT_CAUSES).map((cause) => [cause, 0])) as Record<
    ExitCause,
    number
  >;
  for (let handler = 0; handler < catalogue.count; handler++)
    counts[causeOfHandler(catalogue, handler)] += count(handler);
  counts.budget = count(catalogue.count + ExitPlace.budget);
  const known = Object.values(counts).reduce((sum, one) => sum + one, 0);
  counts.fetch = Math.max(0, count(catalogue.count + ExitPlace.all) - known);
  return counts;
}

/** Throws when there is no room for the counts. */
export function checkRoom(catalogue: HandlerCatalogue): void {
  if (catalogue.count + Object.keys(ExitPlace).length > EXITS_LIMIT)
    throw new RangeError(`no room for the exits of ${catalogue.count} handlers`);
}
