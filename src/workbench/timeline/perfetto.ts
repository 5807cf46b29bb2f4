/**
 * Timelines as a trace for Perfetto (ui.perfetto.dev): its documented format, protos/perfetto/trace of its repository. Harts are
 * CPUs whose switches and wakings stand as ftrace's events, so that Perfetto shows CPU lanes and thread states; what a thread
 * waits for, and releases and deadlines, are track events of its own. Several timelines have CPUs and processes of their own.
 */
import { type FieldValue, type Message, message, varintBytes } from './protocol-buffers.ts';
import { type KernelEvent, kernelEvents } from './switches.ts';
import type { Activity, Lane, Mark, Timeline } from './timeline.ts';

/** Fields by their numbers. */
const TRACE = { packet: 1 } as const;
const PACKET = {
  ftraceEvents: 1,
  processTree: 2,
  timestamp: 8,
  sequence: 10,
  trackEvent: 11,
  sequenceFlags: 13,
  trackDescriptor: 60,
} as const;
const BUNDLE = { cpu: 1, event: 2 } as const;
const FTRACE = { timestamp: 1, pid: 2, schedSwitch: 4, schedWaking: 20 } as const;
const SWITCH = {
  ...{ prevComm: 1, prevPid: 2, prevPriority: 3, prevState: 4 },
  ...{ nextComm: 5, nextPid: 6, nextPriority: 7 },
};
const WAKING = { comm: 1, pid: 2, priority: 3, success: 4, targetCpu: 5 } as const;
const TREE = { processes: 1, threads: 2 } as const;
const PROCESS = { pid: 1, cmdline: 3 } as const;
const THREAD = { tid: 1, name: 2, tgid: 3 } as const;
const TRACK = { uuid: 1, thread: 4 } as const;
const THREAD_TRACK = { pid: 1, tid: 2, name: 5 } as const;
const EVENT = { type: 9, track: 11, category: 22, name: 23 } as const;
const EventType = { begin: 1, end: 2, instant: 3 } as const;

/** States of a thread that leaves a CPU, as the kernel's sched_switch has them. */
const STATES: { readonly [activity in Activity]: number } = {
  new: 0,
  ready: 0,
  running: 0,
  blocked: 1,
  zombie: 0x20,
};
const ENDED = 0x10;
/** The priority of an ordinary thread in the kernel's trace, and of an idle CPU. */
const [ORDINARY, IDLE_PRIORITY] = [120, 120];
const IDLE = 'swapper';
/** Track events belong to a sequence of packets, whose first one says that nothing came before. */
const [SEQUENCE, STATE_CLEARED] = [1, 1];
const MARK_NAMES: { readonly [kind in Mark['kind']]: string } = {
  release: 'release',
  deadline: 'deadline',
  missed: 'deadline missed',
};
/** Processes and threads in a packet. */
const TREE_ENTRIES = 1000;
/** Bytes after which a bundle of events ends. */
const BUNDLE_BYTES = 60_000;

/** Where a timeline stands in the trace: its CPUs and numbers begin after those of the ones before it. */
interface Place {
  readonly timeline: Timeline;
  readonly firstCpu: number;
  readonly firstNumber: number;
  /** Before names, when there are several timelines. */
  readonly prefix: string;
}

function placesOf(timelines: readonly Timeline[]): Place[] {
  let [firstCpu, firstNumber] = [0, 0];
  return timelines.map((timeline) => {
    const place = {
      timeline,
      firstCpu,
      firstNumber,
      prefix: timelines.length > 1 ? `${timeline.policy}: ` : '',
    };
    firstCpu += timeline.harts;
    firstNumber += timeline.lanes.reduce((most, { id, process }) => Math.max(most, id, process), 0);
    return place;
  });
}

class TraceWriter {
  readonly #place: Place;
  readonly #packets: (bytes: Message) => void;

  constructor(place: Place, packets: (bytes: Message) => void) {
    this.#place = place;
    this.#packets = packets;
  }

  write(): void {
    this.#writeTree();
    this.#writeSwitches();
    for (const lane of this.#place.timeline.lanes) this.#writeTrack(lane);
  }

  #packet(...fields: (readonly [number, FieldValue])[]): void {
    this.#packets(message(...fields));
  }

  #nanoseconds(at: number): number {
    return Math.round((at * 1e9) / this.#place.timeline.hertz);
  }

  #number(number: number): number {
    return this.#place.firstNumber + number;
  }

  #name(name: string): string {
    return `${this.#place.prefix}${name}`;
  }

  #writeTree(): void {
    const { lanes } = this.#place.timeline;
    const processes = new Map(lanes.map(({ process, processName }) => [process, processName]));
    const entries: (readonly [number, Message])[] = [];
    for (const [process, name] of processes) {
      const pid = [PROCESS.pid, this.#number(process)] as const;
      entries.push([TREE.processes, message(pid, [PROCESS.cmdline, this.#name(name)])]);
    }
    for (const { id, process, name } of lanes) {
      const [tid, tgid] = [this.#number(id), this.#number(process)];
      const thread = message([THREAD.tid, tid], [THREAD.name, this.#name(name)], [THREAD.tgid, tgid]);
      entries.push([TREE.threads, thread]);
    }
    for (let at = 0; at < entries.length; at += TREE_ENTRIES) {
      const tree = message(...entries.slice(at, at + TREE_ENTRIES));
      this.#packet([PACKET.timestamp, 0], [PACKET.processTree, tree]);
    }
  }

  #switchEvent(event: KernelEvent): Message {
    const timestamp = this.#nanoseconds(event.at);
    const pid = (lane: Lane | undefined): number => (lane === undefined ? 0 : this.#number(lane.id));
    if (event.kind === 'waking') {
      const waking = message(
        [WAKING.comm, this.#name(event.lane.name)],
        [WAKING.pid, pid(event.lane)],
        [WAKING.priority, ORDINARY],
        [WAKING.success, 1],
        [WAKING.targetCpu, this.#place.firstCpu + event.hart],
      );
      return message([FTRACE.timestamp, timestamp], [FTRACE.pid, 0], [FTRACE.schedWaking, waking]);
    }
    const { from, to, becomes } = event;
    const comm = (lane: Lane | undefined): string => (lane === undefined ? IDLE : this.#name(lane.name));
    const state = from === undefined ? 0 : becomes === undefined ? ENDED : STATES[becomes];
    const body = message(
      [SWITCH.prevComm, comm(from)],
      [SWITCH.prevPid, pid(from)],
      [SWITCH.prevPriority, from === undefined ? IDLE_PRIORITY : ORDINARY],
      [SWITCH.prevState, state],
      [SWITCH.nextComm, comm(to)],
      [SWITCH.nextPid, pid(to)],
      [SWITCH.nextPriority, to === undefined ? IDLE_PRIORITY : ORDINARY],
    );
    return message([FTRACE.timestamp, timestamp], [FTRACE.pid, pid(from)], [FTRACE.schedSwitch, body]);
  }

  /** Neighbouring events of one CPU share a bundle. */
  #writeSwitches(): void {
    let [cpu, bytes] = [-1, 0];
    let bundle: Message[] = [];
    const flush = (): void => {
      if (bundle.length === 0) return;
      const events = bundle.map((event) => [BUNDLE.event, event] as const);
      this.#packet([PACKET.ftraceEvents, message([BUNDLE.cpu, cpu], ...events)]);
      bundle = [];
      bytes = 0;
    };
    for (const event of kernelEvents(this.#place.timeline)) {
      const own = this.#place.firstCpu + event.hart;
      if (own !== cpu || bytes > BUNDLE_BYTES) flush();
      cpu = own;
      const body = this.#switchEvent(event);
      bytes += body.length;
      bundle.push(body);
    }
    flush();
  }

  #event(track: number, at: number, type: number, category?: string, name?: string): void {
    const event = message(
      [EVENT.type, type],
      [EVENT.track, track],
      [EVENT.category, category],
      [EVENT.name, name],
    );
    this.#packet(
      [PACKET.timestamp, this.#nanoseconds(at)],
      [PACKET.sequence, SEQUENCE],
      [PACKET.trackEvent, event],
    );
  }

  /** What a thread waits for, and its marks. */
  #writeTrack(lane: Lane): void {
    const waits = lane.spans.filter(({ activity, detail }) => activity === 'blocked' && detail !== '');
    if (waits.length === 0 && lane.marks.length === 0) return;
    const track = this.#number(lane.id);
    const thread = message(
      [THREAD_TRACK.pid, this.#number(lane.process)],
      [THREAD_TRACK.tid, track],
      [THREAD_TRACK.name, this.#name(lane.name)],
    );
    this.#packet(
      [PACKET.timestamp, 0],
      [PACKET.sequence, SEQUENCE],
      [PACKET.trackDescriptor, message([TRACK.uuid, track], [TRACK.thread, thread])],
    );
    for (const { from, to, detail } of waits) {
      this.#event(track, from, EventType.begin, 'blocked', detail);
      this.#event(track, to, EventType.end);
    }
    for (const { at, kind, detail } of lane.marks)
      this.#event(
        track,
        at,
        EventType.instant,
        'deadlines',
        `${MARK_NAMES[kind]}${detail === '' ? '' : ` of ${detail}`}`,
      );
  }
}

/** The trace: a file of any name is recognised, `.perfetto-trace` and `.pftrace` are usual. */
export function perfettoTrace(timelines: readonly Timeline[]): Uint8Array {
  const pieces: Message[] = [];
  const put = (packet: Message): void => {
    pieces.push(varintBytes(TRACE.packet * 8 + 2), varintBytes(packet.length), packet);
  };
  put(message([PACKET.sequence, SEQUENCE], [PACKET.sequenceFlags, STATE_CLEARED]));
  for (const place of placesOf(timelines)) new TraceWriter(place, put).write();
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
