/**
 * A system put together: a machine, a kernel, the services, a structure and a policy.
 *
 * The only place where all of them meet. `System.start` lays down a first instant; `System.resume` puts the same code on the
 * memory of a snapshot. Everything that changes is in machine memory; this object is wiring.
 */
import type { MachineProfile } from '../contracts/accounting.ts';
import { DEVICE_BYTES } from '../contracts/disk.ts';
import type { FaultPlan } from '../contracts/faults.ts';
import type { ResourceSet } from '../contracts/machine.ts';
import type { OutsideWorld } from '../contracts/outside.ts';
import type { Structure } from '../contracts/structure.ts';
import { PAGE_SIZE } from '../contracts/units.ts';
import { kernelService } from '../kernel/entry.ts';
import { Executive } from '../kernel/executive.ts';
import { portGate } from '../kernel/gates/ports.ts';
import { procedureGate } from '../kernel/gates/procedure.ts';
import { rendezvousGate } from '../kernel/gates/rendezvous.ts';
import { shortTrapGate, trapGate } from '../kernel/gates/trap.ts';
import { Harts } from '../kernel/harts.ts';
import { Kernel } from '../kernel/kernel.ts';
import {
  conventionalBytes,
  type KernelLayout,
  kernelLayout,
  layDown,
  makeBeneficiary,
  meterArena,
} from '../kernel/layout.ts';
import { Meter } from '../kernel/meter.ts';
import type { NativeTracer } from '../kernel/native/tracer.ts';
import { KernelRoot } from '../kernel/objects.ts';
import { Registry, type ServiceCode } from '../kernel/registry.ts';
import { type PolicyFactory, Scheduling } from '../kernel/scheduling.ts';
import { startSupervisor } from '../kernel/supervisor.ts';
import { type ThreadWitness, togetherOf } from '../kernel/witness.ts';
import { bootLinux, type LinuxPlan, startInit } from '../linux/boot.ts';
import { memoryPressure } from '../linux/memory-pressure/index.ts';
import { linuxService } from '../linux/service.ts';
import { signalGroupLater } from '../linux/signals/later.ts';
import type { Tracer } from '../linux/trace.ts';
import { DiskDevice } from '../machine/devices/disk.ts';
import type { KeptBytes } from '../machine/kept-bytes.ts';
import { computeLayout } from '../machine/layout.ts';
import { PhysicalMemory } from '../machine/memory.ts';
import { RiscvProcessor, translationBytes } from '../machine/processor.ts';
import { diskNamed } from '../machine/profiles/disks.ts';
import type { Eagerness } from '../machine/translator/eagerness.ts';
import { blockService, bootBlocks, replacementNamed } from '../services/block/index.ts';
import { files, swapFiles } from '../services/files/interface.ts';
import { filesProgram } from '../services/files/program.ts';
import { filesService } from '../services/files/service.ts';
import { memory as memoryInterface } from '../services/memory/interface.ts';
import { realMemoryService } from '../services/memory/real/service.ts';
import { type MemoryWiring, memoryService } from '../services/memory/service.ts';
import { bootNetwork, networkService } from '../services/network/index.ts';
import { pipeService } from '../services/pipes/index.ts';
import { bootProcesses, processService } from '../services/processes/index.ts';
import {
  bootTerminal,
  deliverInput,
  inputHeard,
  inputWanted,
  terminalService,
} from '../services/terminal/index.ts';

/** Sets of the engine's software translation cache, and decoded pages that it keeps. */
const TRANSLATION_SETS = 16;
const DECODED_PAGES = 1024;

/** What the memory service asks of the files service. */
const MEMORY_WIRING: MemoryWiring = {
  backing: {
    page: files.page,
    hold: files.hold,
    release: files.release,
    createUnnamed: files.createUnnamed,
    truncate: files.truncate,
    synchronise: files.synchronise,
  },
  createSwapFile: swapFiles.createSwapFile,
  reclaim: files.reclaim,
  outOfMemory: memoryPressure.relieve,
};

export interface SystemParts {
  readonly profile: MachineProfile;
  readonly structure: Structure;
  readonly policy: PolicyFactory;
  /** The policy as it was asked for, so that a snapshot can be opened with the same; 'rr' when it is left out. */
  readonly scheduler?: string | undefined;
  readonly harts: number;
  /** Bytes of RAM, whole pages. */
  readonly memory: number;
  /** Is the architectural TLB modelled? */
  readonly modelTranslation: boolean;
  /** Is code that is executed often translated to WebAssembly, and how soon? No result depends on it. */
  readonly translate?: boolean | Eagerness;
  /** Where the host keeps generated engines for later processes, if anywhere. */
  readonly engines?: KeptBytes | undefined;
  /** Where the host keeps translated code for later runs of the same guest program, if anywhere. */
  readonly translations?: KeptBytes | undefined;
  readonly seed: number;
  readonly world: OutsideWorld;
  readonly plan: LinuxPlan;
  readonly tracer?: Tracer | undefined;
  /** The same for the structure's own calls. */
  readonly nativeTracer?: NativeTracer | undefined;
  readonly disks?: DiskOptions;
  readonly say: (message: string) => void;
  /** The program of a server by its service's name, for structures that want one. Throws when there is none. */
  readonly serverProgram?: ((service: string) => Uint8Array) | undefined;
  /** Looks at what a service's steps do, for figures: gets its code and gives code that does the same. */
  readonly watched?: ((service: ServiceCode) => ServiceCode) | undefined;
  /** Faults that are to happen on purpose. */
  readonly faults?: readonly FaultPlan[] | undefined;
  /** They look at what threads do, for recordings and constraints. */
  readonly witnesses?: readonly ThreadWitness[];
}

/** How disks and their cache are made. What is left out is the default. */
export interface DiskOptions {
  /** The name of a DiskProfile. */
  readonly profile?: string;
  /** The name of a replacement policy. */
  readonly cachePolicy?: string;
  /** Units of 4 KiB in the block cache at most. */
  readonly cacheUnits?: number;
}

export class System {
  readonly parts: SystemParts;
  readonly memory: PhysicalMemory;
  readonly processor: RiscvProcessor;
  readonly layout: KernelLayout;
  readonly meter: Meter;
  readonly kernel: Kernel;
  readonly harts: Harts;
  readonly executive: Executive;
  readonly disks: readonly DiskDevice[];

  private constructor(parts: SystemParts, lay: (system: SystemGround) => void) {
    this.parts = parts;
    const { profile, structure, translate = false } = parts;
    const engine = computeLayout({
      ramSize: parts.memory,
      translationSets: TRANSLATION_SETS,
      decodedPages: DECODED_PAGES,
      flatTables: translate !== false,
    });
    const wasm = new WebAssembly.Memory({ initial: engine.memoryPages, maximum: engine.memoryPages });
    this.memory = new PhysicalMemory(wasm, engine.ramBase, parts.memory);
    const resources = resourcesOf(parts);
    const cacheBytes = translationBytes(profile, parts.modelTranslation);
    const conventional = structure.memory === 'real' ? conventionalBytes(parts.memory) : 0;
    const deviceBytes = DEVICE_BYTES * (parts.world.disks?.length ?? 0);
    this.layout = kernelLayout(resources, structure.domains.length, cacheBytes, conventional, deviceBytes);
    lay({ memory: this.memory, layout: this.layout, resources, structure });
    const { root, cells, harts, caches } = this.layout;
    const isOpen = structure.memory === 'real' || structure.memory === 'windowed';
    // In real memory nothing is translated.
    const isReached = parts.modelTranslation && structure.memory !== 'real';
    const arena = meterArena(this.memory, this.layout);
    this.meter = new Meter(this.memory, cells, profile, arena, isOpen, isReached ? root : undefined);
    this.harts = new Harts(this.meter, harts, cells, parts.harts);
    this.processor = new RiscvProcessor({
      memory: this.memory,
      layout: engine,
      profile,
      charges: this.meter,
      retiredBefore: () => this.harts.at(this.harts.active).instructions,
      harts: parts.harts,
      translationState: caches,
      modelTranslation: parts.modelTranslation,
      translate,
      engines: parts.engines,
      translations: parts.translations,
    });
    this.meter.reach?.attach(this.processor);
    this.disks = this.#makeDisks();
    this.kernel = new Kernel({
      memory: this.memory,
      processor: this.processor,
      meter: this.meter,
      cells,
      root,
      structure,
      gates: [procedureGate, trapGate, portGate, rendezvousGate(structure.mechanisms ?? []), shortTrapGate],
      registry: new Registry(this.#services().map((service) => parts.watched?.(service) ?? service)),
      hertz: profile.hertz,
      devices: this.disks,
      faults: parts.faults ?? [],
      say: parts.say,
      nativeTracer: parts.nativeTracer,
    });
    const witness = togetherOf(parts.witnesses ?? []);
    const scheduling = new Scheduling(this.kernel, this.harts, parts.policy, profile.quantum, witness);
    this.kernel.attachScheduling(scheduling);
    this.executive = new Executive(this.kernel, this.harts);
  }

  /** A machine just switched on, its first process ready to run. */
  static start(parts: SystemParts): System {
    const system = new System(parts, ({ memory, layout, resources, structure }) =>
      layDown(memory, layout, resources, structure),
    );
    system.#boot();
    return system;
  }

  /** The same code on the memory of a snapshot. `restore` fills the memory. */
  static resume(parts: SystemParts, restore: (memory: PhysicalMemory, layout: KernelLayout) => void): System {
    const system = new System(parts, ({ memory, layout }) => restore(memory, layout));
    system.processor.dropCaches();
    system.processor.activate(system.harts.active);
    return system;
  }

  #makeDisks(): DiskDevice[] {
    const { disks: options, profile, world } = this.parts;
    return (world.disks ?? []).map(
      (contents, number) =>
        new DiskDevice({
          memory: this.memory,
          registers: this.layout.devices + number * DEVICE_BYTES,
          contents,
          profile: diskNamed(options?.profile ?? 'ssd'),
          hertz: profile.hertz,
        }),
    );
  }

  #blockWiring() {
    const { cachePolicy = 'lru', cacheUnits = 0 } = this.parts.disks ?? {};
    return { policy: replacementNamed(cachePolicy), cacheUnits, supply: memoryInterface.supply };
  }

  #services() {
    const { parts } = this;
    const { plan, tracer, say } = parts;
    return [
      kernelService,
      processService,
      parts.structure.memory === 'real' ? realMemoryService(MEMORY_WIRING) : memoryService(MEMORY_WIRING),
      this.#filesService(),
      pipeService(memoryInterface.supply),
      networkService(memoryInterface.supply),
      terminalService(this.#terminalWiring()),
      blockService(this.#blockWiring()),
      linuxService({ plan, tracer, say }),
    ];
  }

  #filesService() {
    const { structure, world, plan, say, serverProgram } = this.parts;
    const wiring = { layers: world.layers, supply: memoryInterface.supply, epoch: plan.epoch, say };
    if (structure.programs?.includes('files') !== true) return filesService(wiring);
    return filesProgram(() => programOf('files', serverProgram), wiring);
  }

  #terminalWiring() {
    return {
      supply: memoryInterface.supply,
      console: this.parts.world.console,
      interruptCharacter: (k: Kernel, signal: number, group: number) => signalGroupLater(k, group, signal),
    };
  }

  /** Takes what has arrived at the console; true when something has, be it the end of input. */
  deliverInput(): boolean {
    return deliverInput(this.kernel, this.#terminalWiring()) !== 0;
  }

  /** Does anybody wait for input? */
  inputWanted(): boolean {
    return inputWanted(this.kernel);
  }

  /** Would input make a difference? Also interrupt characters, which nobody waits for. */
  inputHeard(): boolean {
    return inputHeard(this.kernel);
  }

  #boot(): void {
    const { kernel, meter, layout } = this;
    for (const service of this.parts.structure.programs ?? []) programOf(service, this.parts.serverProgram);
    const root = KernelRoot.at(meter.observer, layout.root);
    root.seedLow = this.parts.seed >>> 0;
    root.seedHigh = Math.floor(this.parts.seed / 2 ** 32) >>> 0;
    root.kernelBeneficiary = makeBeneficiary(meter.observer, meter.allocate, layout.root, 0, 'kernel');
    meter.select(kernel.domainOfPlan(1), root.kernelBeneficiary, 0);
    this.processor.activate(0);
    kernel.scheduling.initialise();
    this.parts.structure.domains.forEach(({ privilege }, index) => {
      if (privilege === 'user') kernel.servers.open(kernel.domainOfPlan(index + 1));
    });
    startSupervisor(kernel);
    bootProcesses(kernel);
    bootNetwork(kernel);
    bootTerminal(kernel, this.#terminalWiring());
    for (const disk of this.disks) disk.reset();
    bootBlocks(kernel, this.#blockWiring());
    bootLinux(kernel, this.parts.plan);
    startInit(kernel);
    meter.settle();
  }
}

interface SystemGround {
  readonly memory: PhysicalMemory;
  readonly layout: KernelLayout;
  readonly resources: ResourceSet;
  readonly structure: Structure;
}

function programOf(service: string, serverProgram: SystemParts['serverProgram']): Uint8Array {
  if (serverProgram === undefined) throw new Error(`there is no program for the server '${service}' here`);
  return serverProgram(service);
}

/** All of the machine. A structure that gets a part of one is given another set. */
function resourcesOf(parts: SystemParts): ResourceSet {
  return {
    harts: Array.from({ length: parts.harts }, (_, hart) => hart),
    memory: { start: 0, length: Math.floor(parts.memory / PAGE_SIZE) * PAGE_SIZE },
    devices: ['terminal'],
  };
}
