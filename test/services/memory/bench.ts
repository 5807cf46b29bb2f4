/**
 * A kernel with the memory service, page tables and translation, and nothing else: what the tests of the service stand on.
 *
 * Guest accesses go through a stand-in for the engine: sets of tables that ask `translatePage` for what they lack. Files
 * are a stand-in too: nodes with pages in frames of the kernel's domain.
 */
import { Phase } from '../../../src/contracts/accounting.ts';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import type { AccessKind, Processor } from '../../../src/contracts/machine.ts';
import {
  type OperationReference,
  Outcome,
  type RequestOf,
  type RequestSchema,
  serviceInterface,
} from '../../../src/contracts/service.ts';
import type { Structure } from '../../../src/contracts/structure.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../src/contracts/units.ts';
import { procedureGate } from '../../../src/kernel/gates/procedure.ts';
import { trapGate } from '../../../src/kernel/gates/trap.ts';
import { Harts } from '../../../src/kernel/harts.ts';
import { Kernel } from '../../../src/kernel/kernel.ts';
import { kernelLayout, layDown, makeBeneficiary, meterArena } from '../../../src/kernel/layout.ts';
import { Meter } from '../../../src/kernel/meter.ts';
import {
  Account,
  AddressSpace,
  Beneficiary,
  Domain,
  FrameUse,
  KernelRoot,
  RunnerKind,
} from '../../../src/kernel/objects.ts';
import { operation } from '../../../src/kernel/operation.ts';
import { Registry, type ServiceCode } from '../../../src/kernel/registry.ts';
import { Scheduling } from '../../../src/kernel/scheduling.ts';
import { PhysicalMemory } from '../../../src/machine/memory.ts';
import { modern } from '../../../src/machine/profiles/modern.ts';
import { type CacheShapes, translationStateSize } from '../../../src/machine/translation/hart-state.ts';
import { Translation } from '../../../src/machine/translation/translation.ts';
import { roundRobin } from '../../../src/schedulers/round-robin.ts';
import { memory } from '../../../src/services/memory/interface.ts';
import { type MemoryWiring, memoryService } from '../../../src/services/memory/service.ts';
import { StandInEngine } from '../../machine/translation/stand-in-engine.ts';

/** Stand-in for the files service. */
const backingFiles = serviceInterface('files', {
  page: { node: 'handle', index: 'number', write: 'number' },
  hold: { node: 'handle' },
  release: { node: 'handle' },
  createUnnamed: { mode: 'number' },
  truncate: { node: 'handle', size: 'number' },
  synchronise: { node: 'handle' },
});

/** A file of the stand-in. */
interface StandInFile {
  size: number;
  holds: number;
  synchronised: number;
  readonly frames: Map<number, number>;
  content(index: number): Uint8Array;
}

class StandInFiles {
  readonly files = new Map<number, StandInFile>();
  #next = 1000;

  /** A file whose byte at `offset` is `byteAt(offset)`; the caller holds it once. */
  add(size: number, byteAt?: (offset: number) => number): number {
    const node = this.#next++;
    const byte = (offset: number): number => (byteAt && offset < size ? byteAt(offset) : 0);
    const content = (index: number) =>
      Uint8Array.from({ length: PAGE_SIZE }, (_, at) => byte(index * PAGE_SIZE + at));
    this.files.set(node, { size, holds: 1, synchronised: 0, frames: new Map(), content });
    return node;
  }

  at(node: number): StandInFile {
    const file = this.files.get(node);
    if (file === undefined) throw new Error(`there is no file ${node}`);
    return file;
  }

  page(k: Kernel, node: number, index: number): number {
    const file = this.at(node);
    if (index * PAGE_SIZE >= file.size) return -ErrorNumber.EIO;
    let frame = file.frames.get(index);
    if (frame === undefined) {
      frame = k.frames.allocate(k.domainOfPlan(1), FrameUse.file);
      if (frame === 0) return -ErrorNumber.ENOMEM;
      k.memory.store(frame * PAGE_SIZE, file.content(index));
      file.frames.set(index, frame);
    }
    k.frames.hold(frame);
    return frame;
  }

  release(k: Kernel, node: number): void {
    const file = this.at(node);
    file.holds -= 1;
    if (file.holds > 0) return;
    for (const frame of file.frames.values()) k.frames.release(frame);
    this.files.delete(node);
  }

  service(): ServiceCode {
    return {
      name: 'files',
      operations: [
        operation(backingFiles.page, [], {
          begin: (k, f) => {
            const frame = this.page(k, f.node, f.index);
            return frame < 0 ? k.fail(-frame) : k.done(frame);
          },
        }),
        operation(backingFiles.hold, [], {
          begin: (k, f) => {
            this.at(f.node).holds += 1;
            return k.done();
          },
        }),
        operation(backingFiles.release, [], {
          begin: (k, f) => {
            this.release(k, f.node);
            return k.done();
          },
        }),
        operation(backingFiles.createUnnamed, [], { begin: (k) => k.done(this.add(0)) }),
        operation(backingFiles.truncate, [], {
          begin: (k, f) => {
            this.at(f.node).size = f.size;
            return k.done();
          },
        }),
        operation(backingFiles.synchronise, [], {
          begin: (k, f) => {
            this.at(f.node).synchronised += 1;
            return k.done();
          },
        }),
      ],
    };
  }
}

const structure: Structure = {
  name: 'bench',
  tagline: 'one kernel domain',
  description: 'everything in one kernel domain',
  domains: [{ name: 'kernel', privilege: 'kernel' }],
  place: () => 'kernel',
  gate: (from) => (from === 'program' ? 'trap' : 'procedure'),
};

export interface BenchOptions {
  /** Bytes of RAM. */
  readonly size?: number;
  readonly harts?: number;
  readonly shapes?: CacheShapes;
  readonly wiring?: Partial<MemoryWiring>;
  readonly services?: readonly ServiceCode[];
}

export interface Answer {
  readonly value: number;
  readonly second: number;
  readonly error: number;
}

export class Bench {
  readonly memory: PhysicalMemory;
  readonly kernel: Kernel;
  readonly engine = new StandInEngine();
  readonly translation: Translation;
  readonly files = new StandInFiles();
  readonly beneficiary: PhysicalAddress;

  constructor(options: BenchOptions = {}) {
    const size = options.size ?? 16 * 2 ** 20;
    const harts = options.harts ?? 1;
    const base = 65536;
    const wasm = new WebAssembly.Memory({ initial: (size + base) / 65536 });
    this.memory = new PhysicalMemory(wasm, base, size);
    const resources = {
      harts: Array.from({ length: harts }, (_, hart) => hart),
      memory: { start: 0, length: size },
      devices: [],
    };
    const layout = kernelLayout(resources, 1, translationStateSize(options.shapes));
    layDown(this.memory, layout, resources, structure);
    const meter = new Meter(this.memory, layout.cells, modern, meterArena(this.memory, layout));
    this.beneficiary = makeBeneficiary(meter.observer, meter.allocate, layout.root, 1, 'bench');
    meter.select(layout.domains, this.beneficiary, Phase.service);
    this.translation = new Translation({
      u32: this.memory.u32,
      size,
      base,
      state: layout.caches,
      harts,
      charges: meter,
      engine: this.engine,
      shapes: options.shapes,
    });
    const registry = new Registry([
      memoryService({ backing: backingFiles, ...options.wiring }),
      this.files.service(),
      ...(options.services ?? []),
    ]);
    this.kernel = new Kernel({
      memory: this.memory,
      processor: processorOf(this.translation),
      meter,
      cells: layout.cells,
      root: layout.root,
      structure,
      gates: [procedureGate, trapGate],
      registry,
      hertz: 1e9,
    });
    const hartRecords = new Harts(meter, layout.harts, layout.cells, harts);
    this.kernel.attachScheduling(new Scheduling(this.kernel, hartRecords, roundRobin, 1e6));
    this.kernel.scheduling.policy.initialise();
  }

  /** A program's domain with a thread that never runs by itself. */
  makeProgram(): { domain: PhysicalAddress; thread: PhysicalAddress } {
    const domain = this.kernel.createDomain(0);
    const plan = {
      beneficiary: this.beneficiary,
      process: 0,
      runner: RunnerKind.steps,
      weight: 1024,
      affinity: 1,
    };
    return { domain, thread: this.kernel.threads.create({ ...plan, domain }) };
  }

  /** Begins an operation on a thread's behalf. */
  begin<S extends RequestSchema>(
    thread: PhysicalAddress,
    reference: OperationReference<S>,
    request: RequestOf<S>,
  ): void {
    this.kernel.executor = thread;
    this.kernel.enter(thread, reference, request);
  }

  /** Executes one step of a thread; returns its Outcome. */
  step(thread: PhysicalAddress): number {
    const { kernel } = this;
    kernel.executor = thread;
    const view = kernel.threads.observe(thread);
    kernel.meter.select(view.executing, view.beneficiary, Phase.service);
    const frame = kernel.stack.at(view.frame);
    const outcome = kernel.codes(frame.service, frame.operation).takeStep(thread, frame.address);
    if (outcome === Outcome.done) kernel.requests.leave(thread);
    kernel.meter.settle();
    return outcome;
  }

  /** Has an operation of a thread ended? */
  isIdle(thread: PhysicalAddress): boolean {
    return this.kernel.threads.observe(thread).frame === 0;
  }

  answer(thread: PhysicalAddress): Answer {
    const { replyValue, replySecond, replyError } = this.kernel.threads.observe(thread);
    return { value: replyValue, second: replySecond, error: replyError };
  }

  /** Executes an operation from begin to end. */
  call<S extends RequestSchema>(
    thread: PhysicalAddress,
    reference: OperationReference<S>,
    request: RequestOf<S>,
  ): Answer {
    this.begin(thread, reference, request);
    for (let steps = 0; !this.isIdle(thread); steps++) {
      if (steps > 1e6) throw new Error(`${reference.operation} does not end`);
      if (this.step(thread) === Outcome.wait) throw new Error(`${reference.operation} waits`);
    }
    return this.answer(thread);
  }

  /** Puts a space in force on the active hart, as a switch to its thread does. */
  use(space: PhysicalAddress): void {
    const { kind, root, tag } = AddressSpace.at(this.kernel.meter.observer, space);
    this.translation.useSpace(kind as 2, root, tag);
  }

  /** A guest's access of one byte in the space in force: the physical address, after faults; or the error of the fault. */
  touch(thread: PhysicalAddress, space: PhysicalAddress, address: number, access: AccessKind): number {
    for (let attempts = 0; attempts < 3; attempts++) {
      const offset = this.engine.locate(this.translation, address, access);
      if (offset >= 0) return offset - this.memory.base + (address % PAGE_SIZE);
      const { error } = this.call(thread, memory.fault, { space, address, access });
      if (error !== 0) return -error;
    }
    throw new Error(`0x${address.toString(16)} faults without end`);
  }

  /** The byte at an address, or a negative error. */
  load(thread: PhysicalAddress, space: PhysicalAddress, address: number): number {
    const at = this.touch(thread, space, address, 0);
    return at < 0 ? at : this.memory.read8(at);
  }

  /** 0, or a negative error. */
  store(thread: PhysicalAddress, space: PhysicalAddress, address: number, value: number): number {
    const at = this.touch(thread, space, address, 1);
    if (at < 0) return at;
    this.memory.u8[at] = value;
    return 0;
  }

  /** Frames that nobody has. */
  get free(): number {
    return KernelRoot.at(this.kernel.meter.observer, this.kernel.rootAddress).freeCount;
  }

  framesOf(domain: PhysicalAddress): number {
    return Domain.at(this.kernel.meter.observer, domain).frames;
  }

  /** How often a primitive was charged, in all accounts. */
  count(primitive: number): number {
    const { observer } = this.kernel.meter;
    let total = 0;
    for (let at = Beneficiary.at(observer, this.beneficiary).firstAccount; at !== 0; ) {
      const account = Account.at(observer, at);
      total += observer.f64[account.counts / 8 + primitive] as number;
      at = account.next;
    }
    return total;
  }
}

function processorOf(translation: Translation): Processor {
  return {
    run: () => {
      throw new Error('the bench runs no program');
    },
    retired: 0,
    trap: { cause: 0, valueLow: 0, valueHigh: 0 },
    trapCause: 0,
    runFrom: () => 0,
    activate: (hart) => translation.activate(hart),
    useSpace: (kind, root, tag) => translation.useSpace(kind, root, tag),
    translate: (root, tag, address, access) => translation.translate(root, tag, address, access),
    forgetPage: (root, tag, address) => translation.forgetPage(root, tag, address),
    forgetSpace: (root, tag) => translation.forgetSpace(root, tag),
    clearReservation: () => undefined,
  };
}
