/**
 * Landmarks: what stands at an address of the kernel's memory, so that a reader sees names where records hold addresses.
 *
 * `nameOf` knows processes, threads, spaces, pipes, open files and their nodes; `queueName` knows what one waits for in a
 * wait queue. Both are made by one look over everything; what is damaged is left out here and noted where it is shown.
 */
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { AddressSpace, Beneficiary, Domain } from '../../kernel/objects.ts';
import { EventCounter } from '../../linux/poll/events.ts';
import {
  Fifo,
  LinuxProcess,
  LinuxRoot,
  LinuxThread,
  OpenFile,
  OpenKind,
  Paths,
} from '../../linux/records.ts';
import { Node } from '../../services/files/records.ts';
import { SpaceMap } from '../../services/memory/records.ts';
import { Pipe } from '../../services/pipes/records.ts';
import { TerminalRoot } from '../../services/terminal/records.ts';
import { descriptorsOf, openName, pipeName } from './descriptors.ts';
import { pathOf } from './files.ts';
import { attempt, hexadecimal, isDamaged } from './look.ts';
import type { Scene, ThreadView } from './scene.ts';

export class Landmarks {
  readonly #scene: Scene;
  /** Names of records and of wait queues, by address; filled by the constructor. */
  readonly #names = new Map<PhysicalAddress, string>();
  readonly #queues = new Map<PhysicalAddress, string>();
  /** All pipes that something is open on. */
  readonly pipes = new Set<PhysicalAddress>();
  /** All address spaces of processes. */
  readonly spaces = new Set<PhysicalAddress>();
  readonly #futexes: PhysicalAddress;

  constructor(scene: Scene) {
    this.#scene = scene;
    attempt(() => {
      for (const process of scene.processes()) attempt(() => this.#noteProcess(process));
    });
    attempt(() => {
      for (const thread of scene.threads()) attempt(() => this.#noteThread(thread));
    });
    attempt(() => this.#noteFifos());
    attempt(() => this.#noteTerminal());
    const root = attempt(() => scene.look.view(LinuxRoot, scene.serviceRoot('linux')));
    this.#futexes = isDamaged(root) ? 0 : root.futexes;
    if (!isDamaged(root)) this.#queues.set(root.alarm, 'the next timer of a process');
  }

  /** What a record is, by its address. */
  nameOf(address: PhysicalAddress): string | undefined {
    return this.#names.get(address);
  }

  /** What one waits for in a queue. */
  queueName(queue: PhysicalAddress, thread: ThreadView): string {
    if (this.#futexes !== 0 && queue >= this.#futexes && queue < this.#futexes + PAGE_SIZE)
      return this.#futexName(this.#requesterOf(thread));
    return this.#queues.get(queue) ?? `the queue at ${hexadecimal(queue)}`;
  }

  /** Whose wait it is: a server may wait on another's behalf. */
  #requesterOf(thread: ThreadView): PhysicalAddress {
    return thread.requester === 0 ? thread.address : thread.requester;
  }

  #futexName(thread: PhysicalAddress): string {
    const name = attempt(() => {
      const view = this.#scene.look.view(LinuxThread, this.#scene.thread(thread).personality);
      const { futexSpace, futexAddress } = view;
      const shared = futexAddress % 4 !== 0;
      if (futexSpace === 0) return `the futex at physical ${hexadecimal(futexAddress)}`;
      return `the futex at ${hexadecimal(shared ? futexAddress - 1 : futexAddress)}`;
    });
    return isDamaged(name) ? 'a futex' : name;
  }

  #noteProcess(address: PhysicalAddress): void {
    const { look } = this.#scene;
    const process = this.#scene.process(address);
    const name = `process ${process.id} (${look.text(look.view(Beneficiary, process.beneficiary).name, 32)})`;
    this.#names.set(address, name);
    this.#queues.set(process.children, `a child of ${name}`);
    attempt(() => this.#noteSpace(process.domain, name));
    if (process.personality === 0) return;
    const linux = look.view(LinuxProcess, process.personality);
    this.#names.set(linux.address, name);
    this.#queues.set(linux.released, `exec or exit of ${name}, which borrows its parent's memory`);
    this.#queues.set(linux.departures, `threads of ${name} to leave`);
    this.#queues.set(linux.unvisited, `readers of /proc/${process.id} to leave`);
    this.#queues.set(linux.continued, `SIGCONT for ${name}`);
    this.#noteNode(linux.executable);
    if (linux.paths !== 0) {
      const paths = look.view(Paths, linux.paths);
      this.#queues.set(paths.idle, `calls that resolve paths of ${name}`);
      this.#noteNode(paths.current);
    }
    for (const open of descriptorsOf(look, linux.descriptors))
      if (!isDamaged(open)) attempt(() => this.#noteFile(open.file));
  }

  #noteSpace(domain: PhysicalAddress, name: string): void {
    const { look } = this.#scene;
    const { space } = look.view(Domain, domain);
    this.#names.set(domain, `domain of ${name}`);
    if (space === 0) return;
    this.#names.set(space, `address space of ${name}`);
    this.spaces.add(space);
    const { map } = look.view(AddressSpace, space);
    this.#queues.set(look.view(SpaceMap, map).waiting, `its turn to change the address space of ${name}`);
  }

  #noteThread(address: PhysicalAddress): void {
    const { look } = this.#scene;
    const thread = this.#scene.thread(address);
    const linux = thread.personality === 0 ? undefined : look.view(LinuxThread, thread.personality);
    const owner = this.#names.get(thread.process) ?? this.#planName(thread.domain);
    const name = `${thread.process === 0 ? 'server ' : ''}thread ${linux?.id ?? thread.id} of ${owner}`;
    this.#names.set(address, name);
    if (linux !== undefined) this.#names.set(linux.address, name);
  }

  /** The plan's name of a domain. */
  #planName(domain: PhysicalAddress): string {
    const { plan } = this.#scene.look.view(Domain, domain);
    return this.#scene.system.kernel.structure.domains[plan - 1]?.name ?? 'the kernel';
  }

  #noteFile(address: PhysicalAddress): void {
    const { look } = this.#scene;
    const file = look.view(OpenFile, address);
    const name = openName(look, file);
    this.#names.set(address, name);
    this.#queues.set(file.turn, `its turn with the offset of ${name}`);
    this.#noteNode(file.node);
    if (file.kind === OpenKind.pipe) this.#notePipe(file.object);
    if (file.kind === OpenKind.event)
      this.#queues.set(look.view(EventCounter, file.object).changed, 'a change of an event counter');
  }

  #noteNode(node: PhysicalAddress): void {
    if (node === 0) return;
    const name = pathOf(this.#scene.look, node);
    this.#names.set(node, name);
    if (this.#scene.look.hasProgram('files')) return;
    this.#queues.set(this.#scene.look.view(Node, node).waiters, `a writer or a lock of ${name}`);
  }

  #notePipe(address: PhysicalAddress): void {
    if (this.pipes.has(address)) return;
    const pipe = this.#scene.look.view(Pipe, address);
    const name = pipeName(address);
    this.pipes.add(address);
    this.#names.set(address, name);
    this.#queues.set(pipe.readQueue, `bytes in ${name}`);
    this.#queues.set(pipe.writeQueue, `room in ${name}`);
    this.#queues.set(pipe.openQueue, `the other end of ${name}`);
    this.#queues.set(pipe.pollQueue, `events of ${name} (poll)`);
  }

  #noteFifos(): void {
    const { look } = this.#scene;
    const { fifos } = look.view(LinuxRoot, this.#scene.serviceRoot('linux'));
    for (const at of look.chain(fifos, 'FIFOs', (fifo) => look.view(Fifo, fifo).next))
      attempt(() => this.#notePipe(look.view(Fifo, at).pipe));
  }

  #noteTerminal(): void {
    const root = this.#scene.look.view(TerminalRoot, this.#scene.serviceRoot('terminal'));
    this.#queues.set(root.readQueue, 'input at the console');
    this.#queues.set(root.writeQueue, 'output of the console to go on');
    this.#queues.set(root.pollQueue, 'events of the console (poll)');
  }
}
