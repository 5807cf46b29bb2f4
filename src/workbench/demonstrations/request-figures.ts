/**
 * What a service spends on each kind of request, measured from outside of the machine: the charges of its steps, and the
 * instructions of its program where a program carries the requests out.
 *
 * A request's charges are those between the beginning and the end of the service's steps for it, those of its own internal
 * operations included. Left out are the crossings that bring the request and its reply, and the bytes that gates copy, which
 * are the same for whoever carries it out; and what it costs to load the program, which is no request's.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { Outcome, type OutcomeNumber, type Reply } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { KernelRoot } from '../../kernel/objects.ts';
import type { AnyFrame, Operation } from '../../kernel/operation.ts';
import type { ServiceCode } from '../../kernel/registry.ts';

/** The sums of all requests of one kind. */
export interface RequestFigures {
  count: number;
  /** Cycles charged in the service's steps; of a program, in its calls of the kernel. */
  charged: number;
  /** Instructions of its program, and the cycles that they take. */
  instructions: number;
  running: number;
}

export type RequestTable = Map<string, RequestFigures>;

type Step = (k: Kernel, frame: AnyFrame, reply: Reply) => OutcomeNumber;

/** The instant, with record accesses that are not charged yet, and without bytes copied by gates. */
function spent(k: Kernel): number {
  const { store, prices, clock, observer } = k.meter;
  const reads = (store.f64[store.readCell] as number) * (prices[Primitive.recordRead] as number);
  const writes = (store.f64[store.writeCell] as number) * (prices[Primitive.recordWrite] as number);
  const { bytesCopied } = KernelRoot.at(observer, k.rootAddress);
  return clock + reads + writes - (bytesCopied / 8) * (prices[Primitive.wordCopied] as number);
}

/** The name of the request that the executing thread works on: its outermost frame. */
function requestOf(k: Kernel): string {
  let name = '';
  for (const { service, operation } of k.stack.frames(k.executor))
    name = k.registry.at(service, operation).reference.operation;
  return name;
}

function figuresOf(table: RequestTable, name: string): RequestFigures {
  const found = table.get(name);
  if (found !== undefined) return found;
  const made = { count: 0, charged: 0, instructions: 0, running: 0 };
  table.set(name, made);
  return made;
}

/** Watches one step. `seen` holds the instructions that each server's thread had executed when it was last looked at. */
function watchedStep(step: Step, table: RequestTable, seen: Map<number, number>): Step {
  return (k, frame, reply) => {
    const { executor } = k;
    const { instructions, frame: top } = k.threads.observe(executor);
    const figures = figuresOf(table, requestOf(k));
    const ran = instructions - (seen.get(executor) ?? instructions);
    figures.instructions += ran;
    figures.running += ran * (k.meter.prices[Primitive.instruction] as number);
    seen.set(executor, instructions);
    const isOutermost = k.stack.at(top).below === 0;
    const before = spent(k);
    const outcome = step(k, frame, reply);
    figures.charged += Math.max(0, spent(k) - before);
    if (outcome === Outcome.done && isOutermost) figures.count += 1;
    return outcome;
  };
}

/** Code that does what a service's does, and fills a table with what each kind of request costs. */
export function measured(service: ServiceCode, table: RequestTable): ServiceCode {
  const seen = new Map<number, number>();
  const operations = service.operations.map((operation: Operation) => ({
    ...operation,
    steps: operation.steps.map((step) => watchedStep(step, table, seen)),
  }));
  return { ...service, operations };
}
