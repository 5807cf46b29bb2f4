/**
 * A timeline in the Trace Event Format (JSON), which Perfetto and browsers' own tracing pages open: a thread's turns and waits
 * are complete events of it, and each hart's turns those of a process that stands for the harts. Times are microseconds.
 */
import { type Span, type Timeline, turnsByHart } from './timeline.ts';

const HARTS = 0;

interface TraceEvent {
  readonly ph: 'X' | 'M' | 'i';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly [key: string]: unknown;
}

function names(timeline: Timeline): TraceEvent[] {
  const processes = new Map(timeline.lanes.map(({ process, processName }) => [process, processName]));
  const named = (name: string, pid: number, tid: number, value: string): TraceEvent => ({
    ...{ ph: 'M', name, pid, tid },
    args: { name: value },
  });
  return [
    named('process_name', HARTS, 0, 'harts'),
    ...Array.from({ length: timeline.harts }, (_, hart) => named('thread_name', HARTS, hart, `hart ${hart}`)),
    ...[...processes].map(([process, name]) => named('process_name', process, 0, name)),
    ...timeline.lanes.map(({ process, id, name }) => named('thread_name', process, id, name)),
  ];
}

export function traceEvents(timeline: Timeline): string {
  const micro = (at: number): number => (at * 1e6) / timeline.hertz;
  const when = ({ from, to }: Span) => ({ ts: micro(from), dur: micro(to - from) });
  const events: TraceEvent[] = names(timeline);
  turnsByHart(timeline).forEach((turns, hart) => {
    for (const { lane, span } of turns)
      events.push({ ph: 'X', name: span.detail || lane.name, pid: HARTS, tid: hart, ...when(span) });
  });
  for (const { id, process, spans, marks } of timeline.lanes) {
    for (const span of spans) {
      const { activity, detail, hart } = span;
      const args = activity === 'running' ? { hart } : { for: detail };
      events.push({ ph: 'X', name: activity, cat: 'state', pid: process, tid: id, ...when(span), args });
    }
    for (const { kind, at, detail } of marks)
      events.push({ ph: 'i', name: `${kind} ${detail}`, s: 't', pid: process, tid: id, ts: micro(at) });
  }
  const lines = events.map((event) => JSON.stringify(event));
  return `{"displayTimeUnit":"ns","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}
