/**
 * Servers' ports as rights of tasks: under ports, a program asks the personality by a send right, and without it cannot ask.
 *
 * The structure's word gives the right to programs that the kernel starts; a child has it if its maker has. It is a name like any
 * other (the first of every task): it can be given up, sent in a message, and come back in one. What the kernel itself tells the
 * personality (exceptions, attention) needs no right of the program's.
 */

import { Phase } from '../../contracts/accounting.ts';
import { ErrorNumber } from '../../contracts/errors.ts';
import { PERSONALITY_SERVICE, PROGRAM } from '../../contracts/structure.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import { enterKernel, leaveKernel, TRAP_REGISTERS } from '../gates/mode-switch.ts';
import type { Kernel } from '../kernel.ts';
import { Domain, Port } from '../objects.ts';
import { holdPort } from './ports.ts';
import { NameType, PortObject } from './records.ts';
import { addName, inheritSpecialPorts, nameForPort, taskOf } from './tasks.ts';

const A0 = 10;

/** Do programs reach the personality by a port to which they need a right? */
function needsRight(k: Kernel): boolean {
  const { structure } = k;
  return (
    structure.native === 'mach' && structure.gate(PROGRAM, structure.place(PERSONALITY_SERVICE)) === 'ports'
  );
}

/** The port object of the personality's server, made when it is first asked for; 0 when there is no memory. */
function personalityPort(k: Kernel): PhysicalAddress {
  const { port } = Domain.at(k.store, k.homeOf(PERSONALITY_SERVICE));
  const server = Port.at(k.store, port);
  if (server.object !== 0) return server.object;
  const object = k.slab.allocate(k.domainOfPlan(1), PortObject.size);
  if (object === 0) return 0;
  const view = PortObject.at(k.store, object);
  // The server's own hold, for as long as the machine goes.
  view.references = 1;
  view.service = port;
  server.object = object;
  return object;
}

/** A new domain has what its maker gives it: special ports and, if it has it itself, the right to ask. False: no memory. */
export function bequeathRights(k: Kernel, domain: PhysicalAddress): boolean {
  const maker = k.thread === 0 ? 0 : k.threads.observe(k.thread).domain;
  const makersTask = maker === 0 ? 0 : Domain.at(k.store, maker).task;
  if (needsRight(k)) {
    const port = personalityPort(k);
    const mayHave = makersTask === 0 || nameForPort(k, makersTask, port) !== undefined;
    if (port === 0 || !giveRight(k, domain, mayHave ? port : 0)) return false;
  }
  if (makersTask !== 0) inheritSpecialPorts(k, maker, domain);
  return true;
}

function giveRight(k: Kernel, domain: PhysicalAddress, port: PhysicalAddress): boolean {
  const task = taskOf(k, domain);
  if (task === 0) return false;
  if (port === 0) return true;
  const made = addName(k, task);
  if (made === undefined) return false;
  holdPort(k, port);
  made.view.port = port;
  made.view.type = NameType.send;
  made.view.references = 1;
  return true;
}

/**
 * May a thread's program ask the personality? If not, its call is answered EPERM, and nobody hears of it. Made for a kernel, as
 * execution.ts is.
 */
export function mayAskPersonalityOf(k: Kernel): (thread: PhysicalAddress) => boolean {
  if (!needsRight(k)) return () => true;
  return (thread) => {
    const { domain, beneficiary } = k.threads.observe(thread);
    k.meter.select(k.domainOfPlan(1), beneficiary, Phase.service);
    const { task } = Domain.at(k.store, domain);
    if (task !== 0 && nameForPort(k, task, personalityPort(k)) !== undefined) return true;
    enterKernel(k, TRAP_REGISTERS);
    k.threads.context(thread).set(A0, -ErrorNumber.EPERM);
    leaveKernel(k, TRAP_REGISTERS);
    return false;
  };
}
