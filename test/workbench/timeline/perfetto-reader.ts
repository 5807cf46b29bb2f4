// Reads Perfetto's traces without our writer: the wire format of protocol buffers, and those messages of protos/perfetto/trace
// that a trace of schedules may have, by the numbers and types that their descriptions give. What is not among them is an error.

type Kind = 'number' | 'text' | { readonly [field: number]: readonly [name: string, kind: Kind] };
type Fields = { readonly [field: number]: readonly [name: string, kind: Kind] };

const SCHED_SWITCH: Fields = {
  1: ['prev_comm', 'text'],
  2: ['prev_pid', 'number'],
  3: ['prev_prio', 'number'],
  4: ['prev_state', 'number'],
  5: ['next_comm', 'text'],
  6: ['next_pid', 'number'],
  7: ['next_prio', 'number'],
};
const SCHED_WAKING: Fields = {
  1: ['comm', 'text'],
  2: ['pid', 'number'],
  3: ['prio', 'number'],
  4: ['success', 'number'],
  5: ['target_cpu', 'number'],
};
const FTRACE_EVENT: Fields = {
  1: ['timestamp', 'number'],
  2: ['pid', 'number'],
  4: ['sched_switch', SCHED_SWITCH],
  20: ['sched_waking', SCHED_WAKING],
};
const PROCESS_TREE: Fields = {
  1: [
    'processes',
    { 1: ['pid', 'number'], 2: ['ppid', 'number'], 3: ['cmdline', 'text'], 5: ['uid', 'number'] },
  ],
  2: ['threads', { 1: ['tid', 'number'], 2: ['name', 'text'], 3: ['tgid', 'number'] }],
};
const TRACK_DESCRIPTOR: Fields = {
  1: ['uuid', 'number'],
  2: ['name', 'text'],
  4: ['thread', { 1: ['pid', 'number'], 2: ['tid', 'number'], 5: ['thread_name', 'text'] }],
};
const TRACK_EVENT: Fields = {
  9: ['type', 'number'],
  11: ['track_uuid', 'number'],
  22: ['categories', 'text'],
  23: ['name', 'text'],
};
const PACKET: Fields = {
  1: ['ftrace_events', { 1: ['cpu', 'number'], 2: ['event', FTRACE_EVENT] }],
  2: ['process_tree', PROCESS_TREE],
  8: ['timestamp', 'number'],
  10: ['trusted_packet_sequence_id', 'number'],
  11: ['track_event', TRACK_EVENT],
  13: ['sequence_flags', 'number'],
  60: ['track_descriptor', TRACK_DESCRIPTOR],
};
const TRACE: Fields = { 1: ['packet', PACKET] };

/** A message: by name, each field's values in order. */
export interface Decoded {
  readonly [name: string]: readonly (number | string | Decoded)[];
}

function decode(bytes: Uint8Array, fields: Fields): Decoded {
  const found: Record<string, (number | string | Decoded)[]> = {};
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error('a number does not end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [number, wire] = [Math.floor(key / 8), key % 8];
    const field = fields[number];
    if (field === undefined) throw new Error(`there is no field ${number}`);
    const [name, kind] = field;
    if (wire !== (kind === 'number' ? 0 : 2)) throw new Error(`${name} has wire type ${wire}`);
    let value: number | string | Decoded;
    if (kind === 'number') value = varint();
    else {
      const length = varint();
      const content = bytes.subarray(at, at + length);
      if (content.length !== length) throw new Error(`${name} is cut off`);
      at += length;
      value =
        kind === 'text' ? new TextDecoder('utf-8', { fatal: true }).decode(content) : decode(content, kind);
    }
    const values = found[name] ?? [];
    found[name] = values;
    values.push(value);
  }
  return found;
}

export const decodeTrace = (bytes: Uint8Array): Decoded => decode(bytes, TRACE);

const only = <T>(values: readonly T[] | undefined): T => {
  if (values?.length !== 1) throw new Error(`there are ${values?.length ?? 0} where one is wanted`);
  return values[0] as T;
};
export const message = (of: Decoded, name: string): Decoded => only(of[name]) as Decoded;
export const messages = (of: Decoded, name: string): readonly Decoded[] =>
  (of[name] ?? []) as readonly Decoded[];
export const number = (of: Decoded, name: string): number => only(of[name]) as number;
export const text = (of: Decoded, name: string): string => only(of[name]) as string;

/** What a CPU, and a thread, did: what Perfetto makes of switches and wakings. */
export interface Interpretation {
  readonly slices: readonly { cpu: number; tid: number; from: number; to: number; state: number }[];
  /** By thread: when it became runnable. */
  readonly wakings: readonly { tid: number; at: number }[];
  readonly threads: ReadonlyMap<number, { readonly name: string; readonly process: number }>;
  readonly events: readonly { track: number; at: number; type: number; name: string }[];
}

/** What CPUs run, from one switch to the next. Throws when a switch does not follow from the one before it. */
class Cpus {
  readonly slices: Interpretation['slices'][number][] = [];
  readonly #running = new Map<number, { readonly tid: number; readonly from: number }>();

  change(cpu: number, at: number, change: Decoded): void {
    const [previous, next] = [number(change, 'prev_pid'), number(change, 'next_pid')];
    const before = this.#running.get(cpu);
    if ((before?.tid ?? 0) !== previous) throw new Error(`CPU ${cpu} did not run ${previous} before ${at}`);
    if (before !== undefined)
      this.slices.push({ cpu, ...before, to: at, state: number(change, 'prev_state') });
    this.#running.delete(cpu);
    if (next === 0) return;
    if ([...this.#running.values()].some(({ tid }) => tid === next))
      throw new Error(`${next} runs twice at ${at}`);
    this.#running.set(cpu, { tid: next, from: at });
  }

  end(): void {
    if (this.#running.size > 0) throw new Error('somebody runs on after the end');
  }
}

/** Checks that CPUs' switches form chains, that nobody runs twice at once, and that all threads are named. */
export function interpret(bytes: Uint8Array): Interpretation {
  const packets = messages(decodeTrace(bytes), 'packet');
  const threads = new Map(
    packets
      .flatMap((packet) => messages(packet, 'process_tree'))
      .flatMap((tree) => messages(tree, 'threads'))
      .map((thread) => [
        number(thread, 'tid'),
        { name: text(thread, 'name'), process: number(thread, 'tgid') },
      ]),
  );
  const cpus = new Cpus();
  const wakings: Interpretation['wakings'][number][] = [];
  for (const bundle of packets.flatMap((packet) => messages(packet, 'ftrace_events')))
    for (const event of messages(bundle, 'event')) {
      const at = number(event, 'timestamp');
      if (event.sched_waking !== undefined)
        wakings.push({ tid: number(message(event, 'sched_waking'), 'pid'), at });
      else cpus.change(number(bundle, 'cpu'), at, message(event, 'sched_switch'));
    }
  cpus.end();
  for (const { tid } of cpus.slices) if (!threads.has(tid)) throw new Error(`thread ${tid} has no name`);
  const events = packets.flatMap((packet) =>
    messages(packet, 'track_event').map((event) => ({
      track: number(event, 'track_uuid'),
      at: number(packet, 'timestamp'),
      type: number(event, 'type'),
      name: event.name === undefined ? '' : text(event, 'name'),
    })),
  );
  return { slices: cpus.slices, wakings, threads, events };
}
