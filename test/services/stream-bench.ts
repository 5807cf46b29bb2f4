/**
 * A kernel for tests of stream services: one domain, round robin, and programs that are scripts of the test.
 *
 * A program is a thread whose every 'system call' is the next request of its script; the reply is kept. Its memory is an
 * address space whose pages the test makes present, or leaves to `supply`.
 */
import type { MachineProfile } from '../../src/contracts/accounting.ts';
import { ExitReason, type Processor, TrapCause } from '../../src/contracts/machine.ts';
import {
  type OperationReference,
  type RequestOf,
  type RequestSchema,
  type Span,
  SpanRight,
  serviceInterface,
} from '../../src/contracts/service.ts';
import { PROGRAM, type Structure } from '../../src/contracts/structure.ts';
import { PAGE_SIZE } from '../../src/contracts/units.ts';
import { kernelService, pager, personality } from '../../src/kernel/entry.ts';
import { Executive, type Stop } from '../../src/kernel/executive.ts';
import { procedureGate } from '../../src/kernel/gates/procedure.ts';
import { trapGate } from '../../src/kernel/gates/trap.ts';
import { Harts } from '../../src/kernel/harts.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import {
  kernelLayout,
  layDown,
  makeBeneficiary,
  meterArena,
  uncountedStore,
} from '../../src/kernel/layout.ts';
import { Meter } from '../../src/kernel/meter.ts';
import { AddressSpace, Domain, FrameUse, KernelRoot, RunnerKind } from '../../src/kernel/objects.ts';
import { operation } from '../../src/kernel/operation.ts';
import { Registry, type ServiceCode } from '../../src/kernel/registry.ts';
import { Scheduling } from '../../src/kernel/scheduling.ts';
import { PhysicalMemory } from '../../src/machine/memory.ts';
import { modern } from '../../src/machine/profiles/modern.ts';
import { roundRobin } from '../../src/schedulers/round-robin.ts';

const RAM = 32 * 1024 * 1024;

const monolith: Structure = {
  name: 'bench',
  tagline: 'everything in one domain',
  description: 'Everything in one domain.',
  domains: [{ name: 'kernel', privilege: 'kernel' }],
  place: () => 'kernel',
  gate: (from) => (from === PROGRAM ? 'trap' : 'procedure'),
};

const memoryInterface = serviceInterface('memory', {
  supply: { space: 'number', address: 'number', length: 'number', access: 'number' },
});
export const { supply } = memoryInterface;

export interface Result {
  readonly value: number;
  readonly second: number;
  readonly error: number;
}

interface Call {
  readonly reference: OperationReference;
  readonly request: RequestOf<RequestSchema>;
  readonly take: (result: Result) => void;
}

/** A program of a test: its calls run in order, each waiting for the one before. */
export interface Program {
  readonly thread: number;
  /** Adds a request to the script. The result is filled in when it has been answered. */
  call<S extends RequestSchema>(reference: OperationReference<S>, request: RequestOf<S>): Pending;
  /** A span of the program's memory. */
  span(start: number, length: number): Span;
  /** Puts bytes into the program's memory, pages present or not. */
  poke(start: number, bytes: Uint8Array): void;
  peek(start: number, length: number): Uint8Array;
  /** Says which pages are absent until supplied, or for ever. */
  absent(start: number, forever?: boolean): void;
}

export interface Pending {
  result: Result | undefined;
}

interface Page {
  frame: number;
  present: boolean;
  forbidden: boolean;
}

export class StreamBench {
  readonly kernel: Kernel;
  readonly harts: Harts;
  readonly executive: Executive;
  readonly memory: PhysicalMemory;
  /** Calls of `supply` so far. */
  supplied = 0;
  readonly #scripts = new Map<number, Call[]>();
  readonly #pages = new Map<string, Page>();
  readonly #parking: number;

  /** @param services what is under test; they may use `supply`. */
  constructor(services: readonly ServiceCode[], profile: MachineProfile = modern, hartCount = 1) {
    const wasm = new WebAssembly.Memory({ initial: RAM / 65536, maximum: RAM / 65536 });
    this.memory = new PhysicalMemory(wasm, 0, RAM);
    const harts = Array.from({ length: hartCount }, (_, hart) => hart);
    const resources = { harts, memory: { start: 0, length: RAM }, devices: [] };
    const layout = kernelLayout(resources, 1, 0);
    layDown(this.memory, layout, resources, monolith);
    const store = uncountedStore(this.memory, layout.cells);
    const allocate = meterArena(this.memory, layout);
    const meter = new Meter(this.memory, layout.cells, profile, allocate);
    const root = KernelRoot.at(store, layout.root);
    root.kernelBeneficiary = makeBeneficiary(store, allocate, layout.root, 0, 'kernel');
    this.harts = new Harts(meter, layout.harts, layout.cells, hartCount);
    this.kernel = new Kernel({
      memory: this.memory,
      processor: this.#processor(),
      meter,
      cells: layout.cells,
      root: layout.root,
      structure: monolith,
      gates: [procedureGate, trapGate],
      registry: new Registry([kernelService, this.#personality(), this.#memoryService(), ...services]),
      hertz: profile.hertz,
    });
    meter.select(layout.domains, root.kernelBeneficiary, 0);
    const scheduling = new Scheduling(this.kernel, this.harts, roundRobin, profile.quantum);
    this.kernel.attachScheduling(scheduling);
    scheduling.policy.initialise();
    this.executive = new Executive(this.kernel, this.harts);
    this.#parking = this.kernel.slab.allocate(layout.domains, 32);
    this.kernel.meter.settle();
  }

  /** Starts a program with no script yet. */
  program(): Program {
    const { kernel } = this;
    const owner = kernel.domainOfPlan(1);
    const domain = kernel.slab.allocate(owner, Domain.size);
    const space = kernel.slab.allocate(owner, AddressSpace.size);
    Domain.at(kernel.store, domain).space = space;
    AddressSpace.at(kernel.store, space).root = space;
    AddressSpace.at(kernel.store, space).tag = space;
    const beneficiary = kernel.createBeneficiary(space, 'program');
    const plan = { domain, beneficiary, process: 0, runner: RunnerKind.riscv, weight: 1024, affinity: 1 };
    const thread = kernel.threads.create(plan);
    const script: Call[] = [];
    this.#scripts.set(thread, script);
    kernel.scheduling.ready(thread, 'new');
    return {
      thread,
      span: (start, length) => ({ space, start, length, rights: SpanRight.read | SpanRight.write }),
      call: (reference, request) => {
        const pending: Pending = { result: undefined };
        const take = (result: Result): void => {
          pending.result = result;
        };
        script.push({
          reference: reference as OperationReference,
          request: request as RequestOf<RequestSchema>,
          take,
        });
        return pending;
      },
      poke: (start, bytes) => {
        bytes.forEach((byte, index) => {
          this.memory.u8[this.#place(space, start + index)] = byte;
        });
      },
      peek: (start, length) =>
        Uint8Array.from(
          { length },
          (_, index) => this.memory.u8[this.#place(space, start + index)] as number,
        ),
      absent: (start, forever = false) => {
        const page = this.#page(space, start);
        page.present = false;
        page.forbidden = forever;
      },
    };
  }

  /** Lets programs whose script was empty look again, and runs until nothing can happen. */
  run(): Stop {
    this.harts.activate(0);
    this.kernel.wake(this.#parking);
    this.kernel.meter.settle();
    for (let share = 0; share < 1000; share++) {
      const stop = this.executive.run(Number.POSITIVE_INFINITY, 10_000);
      if (stop !== 'share') return stop;
    }
    throw new Error('the machine does not come to rest');
  }

  /** Sets attention bits of a program's thread, as a signal does, while the machine is at rest. */
  interrupt(program: Program): void {
    this.harts.activate(0);
    this.kernel.alert(program.thread, 1);
    this.kernel.meter.settle();
  }

  #page(space: number, address: number): Page {
    const key = `${space}:${Math.floor(address / PAGE_SIZE)}`;
    let page = this.#pages.get(key);
    if (page === undefined) {
      const frame = this.kernel.frames.allocate(this.kernel.domainOfPlan(1), FrameUse.anonymous);
      page = { frame, present: true, forbidden: false };
      this.#pages.set(key, page);
    }
    return page;
  }

  #place(space: number, address: number): number {
    return this.#page(space, address).frame * PAGE_SIZE + (address % PAGE_SIZE);
  }

  /** Runs no instructions: a program is always at a system call. */
  #processor(): Processor {
    return {
      retired: 0,
      trap: { cause: TrapCause.userCall, valueLow: 0, valueHigh: 0 },
      run: () => ExitReason.trap,
      loadContext: () => undefined,
      saveContext: () => undefined,
      activate: () => undefined,
      useSpace: () => undefined,
      forgetPage: () => undefined,
      forgetSpace: () => undefined,
      clearReservation: () => undefined,
      translate: (root, _tag, address) =>
        this.#page(root, address).present ? this.#place(root, address) : -1,
    };
  }

  #memoryService(): ServiceCode {
    const supplying = operation(supply, [], {
      begin: (k, { space, address, length }) => {
        this.supplied += 1;
        const page = this.#page(space, address);
        if (page.forbidden) return k.fail(14);
        page.present = true;
        return k.done(Math.min(length, PAGE_SIZE - (address % PAGE_SIZE)));
      },
    });
    const fault = operation(pager.fault, [], { begin: (k) => k.fail(14) });
    return { name: 'memory', operations: [supplying, fault] };
  }

  #personality(): ServiceCode {
    const systemCall = operation(personality.systemCall, [], {
      begin: (k) => {
        const next = this.#scripts.get(k.thread)?.[0];
        if (next === undefined) return k.wait([this.#parking], Number.POSITIVE_INFINITY, 'begin', false);
        return k.call(next.reference, next.request, 'answered');
      },
      answered: (k, _frame, { value, second, error }) => {
        this.#scripts.get(k.thread)?.shift()?.take({ value, second, error });
        return k.done();
      },
    });
    const attention = operation(personality.attention, [], {
      begin: (k) => {
        k.threads.at(k.thread).attention = 0;
        return k.done();
      },
    });
    const exception = operation(personality.exception, [], { begin: (k) => k.end() });
    return { name: 'linux', operations: [systemCall, attention, exception] };
  }
}
