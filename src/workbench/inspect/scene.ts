/** What an inspection looks at: a machine, and the careful way into its memory. */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import { KernelRoot, Thread } from '../../kernel/objects.ts';
import { Process, ProcessesRoot } from '../../services/processes/records.ts';
import type { System } from '../system.ts';
import { Damage, Look } from './look.ts';

export type ProcessView = ViewOf<typeof Process.schema>;
export type ThreadView = ViewOf<typeof Thread.schema>;

export class Scene {
  readonly system: System;
  readonly look: Look;

  constructor(system: System) {
    this.system = system;
    const programs = system.parts.structure.programs ?? [];
    this.look = new Look(system.meter.observer, system.parts.memory, (service) => programs.includes(service));
  }

  get root(): ViewOf<typeof KernelRoot.schema> {
    return this.look.view(KernelRoot, this.system.layout.root);
  }

  /** The root record of a service. Damage when it has none. */
  serviceRoot(service: string): PhysicalAddress {
    const address = this.look.word(this.root.services + 4 * this.system.kernel.registry.number(service));
    if (address === 0) throw new Damage(`the service '${service}' has no records`);
    return address;
  }

  /** All processes, in the order of their making. */
  processes(): Iterable<PhysicalAddress> {
    const { first } = this.look.view(ProcessesRoot, this.serviceRoot('processes'));
    return this.look.chain(first, 'processes', (at) => this.process(at).next);
  }

  process(address: PhysicalAddress): ProcessView {
    return this.look.view(Process, address);
  }

  /** All threads, in the order of their making. */
  threads(): Iterable<PhysicalAddress> {
    return this.look.chain(this.root.firstThread, 'threads', (at) => this.thread(at).next);
  }

  thread(address: PhysicalAddress): ThreadView {
    return this.look.view(Thread, address);
  }

  /** The number of the process whose record is at an address, 0 for none. */
  pidOf(process: PhysicalAddress): number {
    return process === 0 ? 0 : this.process(process).id;
  }
}
