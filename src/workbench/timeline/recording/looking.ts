/**
 * What a recorder reads of a machine when a thread changes its state: whose it is, and what it waits for. It looks at the records
 * by a store of its own, which neither counts nor guards: a damaged record gives a wrong name, and nothing else.
 */
import { FIRST_NATIVE_CALL, NATIVE_CALLS } from '../../../contracts/native.ts';
import type { OperationReference } from '../../../contracts/service.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import { Context } from '../../../kernel/context.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import {
  Beneficiary,
  Domain,
  MessageState,
  StackFrame,
  Thread,
  ThreadState,
} from '../../../kernel/objects.ts';
import type { RecordStore } from '../../../kernel/records.ts';
import { LinuxThread } from '../../../linux/records.ts';
import { SYSTEM_CALL_NAMES } from '../../../linux/system-call-names.ts';
import { Process } from '../../../services/processes/records.ts';

const A7 = 17;
/** Frames of a kernel stack that are looked at. */
const DEEPEST = 32;
const LONGEST_NAME = 32;

/** Views over this store only observe. */
export function lookingStore(k: Kernel): RecordStore {
  const { u8, u16, u32, i32, f64 } = k.meter.store;
  return { u8, u16, u32, i32, f64, readCell: 0, writeCell: 0 };
}

/** Who a thread belongs to: a process, or a domain of the structure whose servers and threads have none. */
export interface Owner {
  /** The address of the process's Beneficiary, or of the Domain: one is never the other. */
  readonly key: PhysicalAddress;
  /** The process's number; 0 for a domain. */
  readonly pid: number;
  /** When the process was made; the beginning of time for a domain. */
  readonly since: number;
  /** The domain's name; '' for a process, whose name may change. */
  readonly domain: string;
}

export function domainNameOf(k: Kernel, look: RecordStore, domain: PhysicalAddress): string {
  const { plan } = Domain.at(look, domain);
  return k.structure.domains[plan - 1]?.name ?? 'kernel';
}

export function ownerOf(k: Kernel, look: RecordStore, thread: PhysicalAddress): Owner {
  const { process, domain } = Thread.at(look, thread);
  if (process === 0) return { key: domain, pid: 0, since: 0, domain: domainNameOf(k, look, domain) };
  const { beneficiary, id, started } = Process.at(look, process);
  return { key: beneficiary, pid: id, since: started, domain: '' };
}

/** The name of a process as it is now. */
export function processNameOf(look: RecordStore, beneficiary: PhysicalAddress): string {
  const start = Beneficiary.at(look, beneficiary).name;
  const bytes = look.u8.slice(start, start + LONGEST_NAME);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The number that programs know a thread by; that of the kernel when it has none. */
export function threadNumberOf(look: RecordStore, thread: PhysicalAddress): number {
  const { personality, id } = Thread.at(look, thread);
  return personality === 0 ? id : LinuxThread.at(look, personality).id;
}

export function isBlocked(look: RecordStore, thread: PhysicalAddress): boolean {
  return Thread.at(look, thread).state === ThreadState.blocked;
}

function callName(look: RecordStore, stack: PhysicalAddress): string {
  const number = new Context(look.u32, stack).low(A7);
  if (number >= FIRST_NATIVE_CALL) return NATIVE_CALLS.get(number)?.name ?? `call ${number}`;
  return SYSTEM_CALL_NAMES[number] ?? `call ${number}`;
}

const DAMAGED: OperationReference = { service: 'a damaged', operation: 'frame', request: {} };

/** Which operation a frame is of. */
function referenceOf(k: Kernel, look: RecordStore, frame: PhysicalAddress): OperationReference {
  const { service, operation } = StackFrame.at(look, frame);
  return k.registry.services[service]?.operations[operation]?.reference ?? DAMAGED;
}

/** The operation by which a kernel stack was entered, from its innermost frame; undefined when it is empty. */
function outermost(k: Kernel, look: RecordStore, top: PhysicalAddress): OperationReference | undefined {
  let outer: OperationReference | undefined;
  for (let at = top, depth = 0; at !== 0 && depth < DEEPEST; depth++) {
    outer = referenceOf(k, look, at);
    at = StackFrame.at(look, at).below;
  }
  return outer;
}

/** What a blocked thread waits for: the call that it has made, and the service in which it waits. */
export function reasonOf(k: Kernel, look: RecordStore, thread: PhysicalAddress): string {
  const { server, frame: top, process, stack } = Thread.at(look, thread);
  if (server !== 0) {
    const { domain, frame } = Thread.at(look, server);
    const asks = outermost(k, look, frame);
    return asks?.operation === 'systemCall'
      ? callName(look, stack)
      : `reply of ${domainNameOf(k, look, domain)}`;
  }
  if (top === 0) return process === 0 ? 'a request' : 'a message';
  const first = StackFrame.at(look, top);
  if (first.message === MessageState.unsent || first.message === MessageState.kept)
    return 'a server that is not busy';
  const inner = referenceOf(k, look, top);
  const outer = outermost(k, look, top) ?? inner;
  const what = `${inner.service}.${inner.operation}`;
  if (outer.operation === 'systemCall') {
    const call = callName(look, stack);
    return inner.service === outer.service ? call : `${call} (${inner.service})`;
  }
  return outer.operation === 'trap' ? `page fault (${inner.service})` : what;
}
