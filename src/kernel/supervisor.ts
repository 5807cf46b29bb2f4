/**
 * The supervisor: a thread of the kernel that makes dead servers again.
 *
 * A domain that has died gets a server, its services begin anew with what is durable, and the personality makes again what
 * it had made there; then the messages that have waited are taken. A service that cannot begin anew ends the machine.
 */
import { type OperationReference, serviceInterface } from '../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from './kernel.ts';
import { Domain, Port, RunnerKind } from './objects.ts';
import { type Operation, operation } from './operation.ts';
import type { ServiceCode } from './registry.ts';
import { DEFAULT_WEIGHT } from './threads.ts';

const supervisor = serviceInterface('kernel', { supervise: {}, revive: { plan: 'number' } });

/** Seconds between two attempts to make a server when memory is short. */
const PAUSE = 0.01;
const ANY_HART = 0xffff_ffff;

/** The services that live in a domain, with their numbers. */
function servicesIn(k: Kernel, domain: PhysicalAddress): { number: number; code: ServiceCode }[] {
  return k.registry.services
    .map((code, number) => ({ number, code }))
    .filter(({ code }) => k.homeOf(code.name) === domain);
}

/** The plan index of a domain that is dead and that nobody makes again yet, or 0. */
function deadPlan(k: Kernel): number {
  const found = k.structure.domains.findIndex((_, index) => {
    const { dead, port } = Domain.at(k.store, k.domainOfPlan(index + 1));
    return dead !== 0 && Port.at(k.store, port).reviver === 0;
  });
  return found + 1;
}

/** A thread of the kernel's; 0 without memory. */
function makeThread(k: Kernel): PhysicalAddress {
  return k.threads.create({
    domain: k.domainOfPlan(1),
    beneficiary: k.root.kernelBeneficiary,
    process: 0,
    runner: RunnerKind.steps,
    weight: DEFAULT_WEIGHT,
    affinity: ANY_HART,
  });
}

/** Makes the domain's services again. */
function revive(k: Kernel, plan: number): void {
  const domain = k.domainOfPlan(plan);
  const services = servicesIn(k, domain);
  const name = k.structure.domains[plan - 1]?.name ?? '';
  for (const { code } of services) code.revival?.boot?.(k);
  const lost = services.map(({ code }) => code.revival?.lost ?? '').filter((text) => text !== '');
  k.say(`the ${name} server has been started again${lost.length > 0 ? `; lost: ${lost.join('; ')}` : ''}`);
}

/** Waits for deaths, and starts a thread for each: a server may need another dead one before it can go on. */
const superviseOperation: Operation = operation(supervisor.supervise, [], {
  begin(k) {
    const plan = deadPlan(k);
    if (plan === 0) return k.wait([k.root.deaths], NEVER, 'begin', false);
    const thread = makeThread(k);
    // Without memory it is tried again when something else has been given back.
    if (thread === 0) return k.wait([], k.after(k.now, PAUSE), 'begin', false);
    Port.at(k.store, Domain.at(k.store, k.domainOfPlan(plan)).port).reviver = thread;
    k.enter(thread, supervisor.revive, { plan });
    k.scheduling.ready(thread, 'new');
    return k.goto('begin');
  },
});

export function supervisionWith(
  recover: OperationReference<{ readonly service: 'number' }>,
): readonly Operation[] {
  const reviveOperation = operation(supervisor.revive, ['index'], {
    begin(k, f) {
      if (!k.servers.restart(k.domainOfPlan(f.plan)))
        return k.wait([], k.after(k.now, PAUSE), 'begin', false);
      revive(k, f.plan);
      return k.goto('recover');
    },
    recover(k, f) {
      const domain = k.domainOfPlan(f.plan);
      const service = servicesIn(k, domain)[f.index];
      f.index += 1;
      if (service !== undefined) return k.call(recover, { service: service.number }, 'recover');
      for (const server of k.servers.reopen(domain)) k.scheduling.ready(server, 'woken');
      return k.end();
    },
  });
  return [superviseOperation, reviveOperation];
}

/** Starts the supervisor, where there are servers. */
export function startSupervisor(k: Kernel): void {
  if (k.structure.domains.every(({ privilege }) => privilege === 'kernel')) return;
  const thread = makeThread(k);
  if (thread === 0) throw new Error('no memory for the supervisor; give the machine more');
  k.enter(thread, supervisor.supervise, {});
  k.scheduling.ready(thread, 'new');
}
