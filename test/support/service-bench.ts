/**
 * A kernel for tests of services: one domain, round robin, and programs whose system calls are requests of the test.
 *
 * `program.call(files.read, {...})` sends a request from a program and runs the machine until it is answered;
 * `program.start` leaves it under way. A program's memory is pages of the test's: present, absent until the bench's
 * `supply` is asked, or forbidden for ever. Nothing here executes instructions.
 */
import { DEVICE_BYTES } from '../../src/contracts/disk.ts';
import { ErrorNumber } from '../../src/contracts/errors.ts';
import { Access, ExitReason, type Processor, TrapCause } from '../../src/contracts/machine.ts';
import type { OutsideDisk } from '../../src/contracts/outside.ts';
import {
  type OperationReference,
  type RequestOf,
  type RequestSchema,
  type Span,
  SpanRight,
  serviceInterface,
} from '../../src/contracts/service.ts';
import { PROGRAM, type Structure } from '../../src/contracts/structure.ts';
import { NEVER, PAGE_SIZE } from '../../src/contracts/units.ts';
import { kernelService, pager, personality } from '../../src/kernel/entry.ts';
import { Executive } from '../../src/kernel/executive.ts';
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
import {
  AddressSpace,
  Credentials,
  Domain,
  FrameUse,
  KernelRoot,
  RunnerKind,
} from '../../src/kernel/objects.ts';
import { type Operation, operation } from '../../src/kernel/operation.ts';
import { Registry, type ServiceCode } from '../../src/kernel/registry.ts';
import { Scheduling } from '../../src/kernel/scheduling.ts';
import { DiskDevice } from '../../src/machine/devices/disk.ts';
import { PhysicalMemory } from '../../src/machine/memory.ts';
import { diskNamed } from '../../src/machine/profiles/disks.ts';
import { modern } from '../../src/machine/profiles/modern.ts';
import { roundRobin } from '../../src/schedulers/round-robin.ts';

const ONE_DOMAIN: Structure = {
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
/** What a service under test is wired to for making spans present. */
export const { supply } = memoryInterface;

export interface Result {
  readonly value: number;
  readonly second: number;
  readonly error: number;
}

export interface Pending {
  result: Result | undefined;
}

interface Call {
  readonly reference: OperationReference;
  readonly request: RequestOf<RequestSchema>;
  readonly pending: Pending;
}

interface Page {
  readonly frame: number;
  present: boolean;
  forbidden: boolean;
}

export interface BenchOptions {
  /** Bytes of RAM. */
  readonly memory?: number;
  /** Cycles for which a program runs before another may. */
  readonly quantum?: number;
  /** Operations of the personality beside its own. */
  readonly linux?: readonly Operation[];
  /** Disks, with the model of their mechanics. */
  readonly disks?: readonly OutsideDisk[];
  readonly disk?: string;
}

/** Whom a program acts for. */
export interface Owner {
  readonly user?: number;
  readonly group?: number;
  readonly groups?: readonly number[];
}

export class ServiceBench {
  readonly kernel: Kernel;
  readonly memory: PhysicalMemory;
  readonly executive: Executive;
  readonly harts: Harts;
  readonly disks: readonly DiskDevice[];
  /** Calls of `supply` so far. */
  supplied = 0;
  readonly scripts = new Map<number, Call[]>();
  readonly #pages = new Map<string, Page>();
  readonly #parking: number;

  constructor(services: readonly ServiceCode[], options: BenchOptions = {}) {
    const length = options.memory ?? 32 * 1024 * 1024;
    const wasm = new WebAssembly.Memory({ initial: length / 65536, maximum: length / 65536 });
    this.memory = new PhysicalMemory(wasm, 0, length);
    const resources = { harts: [0], memory: { start: 0, length }, devices: [] };
    const layout = kernelLayout(resources, 1, 0, 0, DEVICE_BYTES * (options.disks?.length ?? 0));
    layDown(this.memory, layout, resources, ONE_DOMAIN);
    const store = uncountedStore(this.memory, layout.cells);
    const allocate = meterArena(this.memory, layout);
    const meter = new Meter(this.memory, layout.cells, modern, allocate);
    const root = KernelRoot.at(store, layout.root);
    root.kernelBeneficiary = makeBeneficiary(store, allocate, layout.root, 0, 'kernel');
    this.harts = new Harts(meter, layout.harts, layout.cells, 1);
    const linux = [...this.#personality(), ...(options.linux ?? [])];
    this.disks = (options.disks ?? []).map(
      (contents, number) =>
        new DiskDevice({
          memory: this.memory,
          registers: layout.devices + number * DEVICE_BYTES,
          contents,
          profile: diskNamed(options.disk ?? 'ssd'),
          hertz: modern.hertz,
        }),
    );
    for (const disk of this.disks) disk.reset();
    this.kernel = new Kernel({
      memory: this.memory,
      processor: this.#processor(),
      meter,
      cells: layout.cells,
      root: layout.root,
      structure: ONE_DOMAIN,
      gates: [procedureGate, trapGate],
      registry: new Registry([
        kernelService,
        { name: 'linux', operations: linux },
        { name: 'memory', operations: this.#memoryOperations() },
        ...services,
      ]),
      hertz: modern.hertz,
      devices: this.disks,
    });
    meter.select(layout.domains, root.kernelBeneficiary, 0);
    const scheduling = new Scheduling(this.kernel, this.harts, roundRobin, options.quantum ?? modern.quantum);
    this.kernel.attachScheduling(scheduling);
    scheduling.policy.initialise();
    this.executive = new Executive(this.kernel, this.harts);
    this.#parking = this.kernel.slab.allocate(layout.domains, 32);
    meter.settle();
  }

  /** Frames that nobody has. */
  get freeFrames(): number {
    return KernelRoot.at(this.kernel.meter.observer, this.kernel.rootAddress).freeCount;
  }

  program(owner: Owner = {}): Program {
    const { kernel } = this;
    const domain = kernel.createDomain(0);
    const space = kernel.slab.allocate(kernel.domainOfPlan(1), AddressSpace.size);
    const view = Domain.at(kernel.meter.observer, domain);
    view.space = space;
    AddressSpace.at(kernel.meter.observer, space).root = space;
    AddressSpace.at(kernel.meter.observer, space).tag = space;
    setOwner(kernel, view.credentials, owner);
    const beneficiary = kernel.createBeneficiary(space, 'program');
    const plan = { domain, beneficiary, process: 0, runner: RunnerKind.riscv, weight: 1024, affinity: 1 };
    const thread = kernel.threads.create(plan);
    this.scripts.set(thread, []);
    kernel.scheduling.ready(thread, 'new');
    return new Program(this, thread, space);
  }

  /** Runs until nothing can happen; with `holdIdle`, only until time would have to pass for that. */
  run(holdIdle = false): void {
    this.harts.activate(0);
    this.kernel.wake(this.#parking);
    this.kernel.meter.settle();
    for (let share = 0; share < 10_000; share++)
      if (this.executive.run(NEVER, 10_000, holdIdle) !== 'share') return;
    throw new Error('the machine does not come to rest');
  }

  /** Sets attention bits of a program's thread, as a signal does, while the machine is at rest. */
  interrupt(program: Program): void {
    this.harts.activate(0);
    this.kernel.alert(program.thread, 1);
    this.kernel.meter.settle();
  }

  page(space: number, address: number): Page {
    const key = `${space}:${Math.floor(address / PAGE_SIZE)}`;
    let page = this.#pages.get(key);
    if (page === undefined) {
      const frame = this.kernel.frames.allocate(this.kernel.domainOfPlan(1), FrameUse.anonymous);
      page = { frame, present: true, forbidden: false };
      this.#pages.set(key, page);
    }
    return page;
  }

  /** The physical address behind one of a program's memory, present or not. */
  place(space: number, address: number): number {
    return this.page(space, address).frame * PAGE_SIZE + (address % PAGE_SIZE);
  }

  #processor(): Processor {
    return {
      retired: 0,
      trap: { cause: TrapCause.userCall, valueLow: 0, valueHigh: 0 },
      trapCause: TrapCause.userCall,
      run: () => ExitReason.trap,
      runFrom: () => ExitReason.trap,
      activate: () => undefined,
      useSpace: () => undefined,
      forgetPage: () => undefined,
      forgetSpace: () => undefined,
      clearReservation: () => undefined,
      translate: (space, _tag, address, access) => {
        const page = this.page(space, address);
        return page.present && (access === Access.read || !page.forbidden) ? this.place(space, address) : -1;
      },
    };
  }

  #memoryOperations(): Operation[] {
    return [
      operation(supply, [], {
        begin: (k, { space, address, length }) => {
          this.supplied += 1;
          const page = this.page(space, address);
          if (page.forbidden) return k.fail(ErrorNumber.EFAULT);
          page.present = true;
          return k.done(Math.min(length, PAGE_SIZE - (address % PAGE_SIZE)));
        },
      }),
      operation(pager.fault, [], { begin: (k) => k.fail(ErrorNumber.EFAULT) }),
    ];
  }

  /** Programs ask for the requests of their scripts, one after another, and rest when there is none. */
  #personality(): Operation[] {
    return [
      operation(personality.systemCall, [], {
        begin: (k) => {
          const call = this.scripts.get(k.thread)?.[0];
          if (call === undefined) return k.wait([this.#parking], NEVER, 'begin', false);
          return k.call(call.reference, call.request, 'answered');
        },
        answered: (k, _f, { value, second, error }) => {
          const call = this.scripts.get(k.thread)?.shift();
          if (call === undefined) throw new Error('an answer without a request');
          call.pending.result = { value, second, error };
          return k.done();
        },
      }),
      operation(personality.exception, [], {
        begin: () => {
          throw new Error('programs of this bench have no exceptions');
        },
      }),
      operation(personality.attention, [], {
        begin: (k) => {
          k.threads.at(k.thread).attention = 0;
          return k.done();
        },
      }),
    ];
  }
}

function setOwner(kernel: Kernel, address: number, { user = 0, group = 0, groups = [] }: Owner): void {
  const who = Credentials.at(kernel.meter.observer, address);
  who.user = user;
  who.effectiveUser = user;
  who.filesystemUser = user;
  who.group = group;
  who.effectiveGroup = group;
  who.filesystemGroup = group;
  who.groupCount = groups.length;
  groups.forEach((number, index) => {
    kernel.memory.write32(who.groups + index * 4, number);
  });
}

/** A program of the test. */
export class Program {
  readonly bench: ServiceBench;
  readonly thread: number;
  readonly space: number;

  constructor(bench: ServiceBench, thread: number, space: number) {
    this.bench = bench;
    this.thread = thread;
    this.space = space;
  }

  /** Sends a request; it is answered when the machine runs. */
  start<S extends RequestSchema>(reference: OperationReference<S>, request: RequestOf<S>): Pending {
    const pending: Pending = { result: undefined };
    this.bench.scripts.get(this.thread)?.push({
      reference: reference as OperationReference,
      request: request as RequestOf<RequestSchema>,
      pending,
    });
    return pending;
  }

  /** Sends a request and runs the machine until it is answered. */
  call<S extends RequestSchema>(reference: OperationReference<S>, request: RequestOf<S>): Result {
    const pending = this.start(reference, request);
    this.bench.run();
    if (pending.result === undefined) throw new Error(`${reference.operation} has not been answered`);
    return pending.result;
  }

  span(start: number, length: number): Span {
    return { space: this.space, start, length, rights: SpanRight.read | SpanRight.write };
  }

  /** Puts bytes into the program's memory, page by page, and gives their span. */
  poke(start: number, bytes: Uint8Array): Span {
    for (let done = 0; done < bytes.length; ) {
      const at = this.bench.place(this.space, start + done);
      const count = Math.min(bytes.length - done, PAGE_SIZE - (at % PAGE_SIZE));
      this.bench.memory.u8.set(bytes.subarray(done, done + count), at);
      done += count;
    }
    return this.span(start, bytes.length);
  }

  peek(start: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = this.bench.place(this.space, start + done);
      const count = Math.min(length - done, PAGE_SIZE - (at % PAGE_SIZE));
      bytes.set(this.bench.memory.u8.subarray(at, at + count), done);
      done += count;
    }
    return bytes;
  }

  /** Makes a page of the program's memory absent: until it is supplied, or for ever. */
  absent(start: number, forever = false): void {
    const page = this.bench.page(this.space, start);
    page.present = false;
    page.forbidden = forever;
  }
}
