/**
 * A closer look at a timeline whose turns are too short to be seen at once: pictures of windows that lie one after another and
 * have about as many turns each, so that busy phases are spread out and quiet ones are short. Of very many turns only the first
 * are shown. And the turns one by one, in words.
 */
import { escaped } from '../pages/markup.ts';
import { hasShortTurns, pictureElement, planOf } from './picture.ts';
import { figure } from './scale.ts';
import { type Lane, type Timeline, turnsByHart } from './timeline.ts';

/** Windows at most; turns for which it is worth having one more; and turns that one shows at most. */
const [MOST_WINDOWS, FEWEST_TURNS, MOST_IN_WINDOW] = [8, 12, 400];
/** Turns that are told one by one. */
const MOST_TURNS = 500;

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Instants at which somebody begins to run, in order. */
function beginnings(lanes: readonly Lane[]): number[] {
  return lanes
    .flatMap(({ spans }) => spans.filter(({ activity }) => activity === 'running').map(({ from }) => from))
    .sort((a, b) => a - b);
}

/** Windows that make seen what is too short in a picture of all; none when there is nothing of the kind. */
export function windowsOf(timeline: Timeline): Window[] {
  const { lanes, end } = timeline;
  const starts = beginnings(lanes);
  const count = Math.min(MOST_WINDOWS, Math.floor(starts.length / FEWEST_TURNS));
  if (!hasShortTurns(timeline) || count < 2) return [];
  const turns = Math.min(MOST_IN_WINDOW, starts.length / count);
  const edges = new Set([0]);
  for (let window = 1; window <= count; window++) edges.add(starts[Math.floor(window * turns)] ?? end);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((to, index) => ({ from: sorted[index] ?? 0, to }));
}

/** Does a lane do anything in a window but wait to be woken? */
function isActive({ spans }: Lane, { from, to }: Window): boolean {
  return spans.some(
    (span) => span.to > from && span.from < to && (span.activity === 'running' || span.activity === 'ready'),
  );
}

/** The windows' pictures as HTML; '' when there are none. */
export function closerPictures(timeline: Timeline): string {
  const windows = windowsOf(timeline);
  const last = windows.at(-1)?.to ?? timeline.end;
  const rest =
    last < timeline.end
      ? `<p class="quiet">What comes after ${figure(last)} has too many turns for this page: a trace for Perfetto has them all.</p>`
      : '';
  const figures = windows
    .map((window) => {
      const plan = planOf(timeline, window.from, window.to, (lane) => isActive(lane, window));
      const caption = `${figure(window.from)} to ${figure(window.to)}`;
      return `<figure><figcaption>${caption}</figcaption><div class="scroll" tabindex="0" role="region" aria-label="${caption}">${pictureElement(plan)}</div></figure>`;
    })
    .join('');
  return figures + rest;
}

/** All turns in order of time as a table: who ran where, and what came then. */
export function turnTable(timeline: Timeline): string {
  const turns = turnsByHart(timeline)
    .flat()
    .sort((a, b) => a.span.from - b.span.from || a.span.hart - b.span.hart);
  const rows = turns.slice(0, MOST_TURNS).map(({ lane, span }) => {
    const next = lane.spans[lane.spans.indexOf(span) + 1];
    const follows = next === undefined ? 'ends' : next.from > span.to ? 'waits to come again' : next.activity;
    const why = next?.activity === 'blocked' && next.detail !== '' ? `: ${next.detail}` : '';
    return `<tr><td>${figure(span.from)}</td><td>${figure(span.to)}</td><td>${span.hart}</td><td>${escaped(span.detail || lane.name)}</td><td>${escaped(follows + why)}</td></tr>`;
  });
  const left = turns.length - rows.length;
  return `<div class="scroll" tabindex="0" role="region" aria-label="turns one by one"><table class="turns"><thead><tr><th scope="col">from</th><th scope="col">to</th><th scope="col">hart</th><th scope="col">who ran</th><th scope="col">and then</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>${left > 0 ? `<p class="quiet">and ${figure(left)} more</p>` : ''}`;
}
