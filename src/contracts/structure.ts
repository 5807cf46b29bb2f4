/**
 * A structure: which service lives in which protection domain, and which gate joins each pair. It has no cost of its own.
 */
import type { NativeInterface } from './native.ts';

/** A protection domain that exists from boot. Programs' domains are made as processes are. */
export interface DomainPlan {
  readonly name: string;
  /** A user domain has an address space and threads of its own: its services are a server process. */
  readonly privilege: 'kernel' | 'user';
}

/** Where a request may come from: a domain of the plan, or any program. */
export const PROGRAM = 'program';

/** The service that every structure has: traps and what must be in the kernel. It lives in the plan's first domain. */
export const KERNEL_SERVICE = 'kernel';

/** The gates that there are. `shortTrap` is a trap that keeps only the registers that its path uses. `ports` and `rendezvous` are both IPC: by queued messages, and synchronous. */
export type GateName = 'procedure' | 'trap' | 'shortTrap' | 'ports' | 'rendezvous';

/** Parts of a mechanism that can be switched off, to see what each one saves. */
export const MECHANISMS = {
  directSwitch: 'the processor is handed from caller to server without passing through the scheduler',
  registerMessages: 'short messages travel in registers',
  temporaryMapping: 'long messages are copied once, through a temporary mapping of the receiver',
  fastPath: 'a path for the common case saves only the registers that it uses',
  smallSpaces: 'small address spaces share the translation cache with a large one: no flush between them',
} as const;
export type Mechanism = keyof typeof MECHANISMS;

/**
 * How programs see memory. `paged`: address spaces of their own. `windowed`: the same, with all of physical memory in a window
 * of each, open to every access. `real`: addresses are physical ones, and nothing is translated or checked.
 */
export type MemoryModel = 'paged' | 'windowed' | 'real';

/** What a structure refuses, with the reason that is shown to people. */
export interface Refusals {
  /** A copy of a process (fork, and clone without shared memory). */
  readonly fork?: string;
  /** More than one process at a time. */
  readonly processes?: string;
  /** A process beside the one that made it; a child whose maker waits for its end (vfork) is none. */
  readonly concurrency?: string;
}

export interface Structure {
  readonly name: string;
  /** One line for lists, and a paragraph for people. */
  readonly tagline: string;
  readonly description: string;
  /** The first one is the kernel's own domain. */
  readonly domains: readonly DomainPlan[];
  /** The mechanisms that its gates use; none when left out. */
  readonly mechanisms?: readonly Mechanism[];
  readonly refusals?: Refusals;
  /** The structure's own interface for programs; none when left out. */
  readonly native?: NativeInterface;
  /** `paged` when left out. */
  readonly memory?: MemoryModel;
  /** The domain in which a service lives. */
  place(service: string): string;
  /** The gate that joins two domains, by name; PROGRAM stands for a program's domain. */
  gate(from: string, to: string): GateName;
  /** Services whose server runs a program of machine code, where others run steps; none when left out. */
  readonly programs?: readonly string[];
  /** What can be chosen, and what it means: `NAME:option=value`. */
  readonly options?: { readonly [option: string]: string };
  /** This structure with an option set. Throws an Error that says what may be chosen. */
  configure?(option: string, value: string): Structure;
}

/** The service that makes the program's interface out of the others. */
export const PERSONALITY_SERVICE = 'linux';

/** The servers of a system whose services are processes: one for each service; the personality's is the Unix server. */
export const SERVERS = [
  'unix',
  'processes',
  'memory',
  'files',
  'pipes',
  'terminal',
  'network',
  'block',
] as const;

/** The services by the names that requests use: the personality is called by what it is for. */
export const SERVICE_NAMES = [
  PERSONALITY_SERVICE,
  'processes',
  'memory',
  'files',
  'pipes',
  'terminal',
  'network',
  'block',
] as const;

/** The server in which a service lives. */
export function serverOf(service: string): string {
  return service === PERSONALITY_SERVICE ? 'unix' : service;
}

/** Services for which there is a server's program beside the steps. */
const PROGRAMMED: readonly string[] = ['files'];

/** The options of a structure of servers: which of them run a program. */
export const PROGRAM_OPTIONS: { readonly [option: string]: string } = {
  files: 'c: the file server is a program in C, which runs in its address space; steps: as others',
};

/** A structure of servers with one of PROGRAM_OPTIONS set. Throws an Error that says what may be chosen. */
export function withProgram(structure: Structure, service: string, value: string): Structure {
  if (!PROGRAMMED.includes(service) || (value !== 'c' && value !== 'steps'))
    throw new Error(`${structure.name}: ${service}=${value} is none of files=c, files=steps`);
  const others = (structure.programs ?? []).filter((name) => name !== service);
  return { ...structure, programs: value === 'c' ? [...others, service] : others };
}
