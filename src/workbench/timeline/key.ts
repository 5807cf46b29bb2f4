/** The key of a picture: what its shapes mean. Only what the picture has is explained. */
import { bar } from './bars.ts';
import { hasShortTurns } from './picture.ts';
import type { Activity, Mark, Timeline } from './timeline.ts';

export interface Sign {
  /** A piece of SVG, 26 wide and 16 high. */
  readonly shape: string;
  readonly text: string;
}

const sample = (height: number, fills: readonly string[], title: string): string =>
  bar(0.5, { y: 15.5 - height, height }, 25, fills, title);

const SHAPES: { readonly [activity in Activity]: Sign } = {
  new: { shape: sample(7, ['new'], 'new'), text: 'is new' },
  running: { shape: sample(15, ['turn c0'], 'running'), text: 'runs' },
  ready: { shape: sample(9, ['ready-back', 'ready'], 'ready'), text: 'is ready and waits' },
  blocked: { shape: sample(7, ['blocked-back', 'blocked'], 'blocked'), text: 'is blocked' },
  zombie: { shape: sample(7, ['blocked-back', 'zombie'], 'zombie'), text: 'has ended, not yet waited for' },
};
const arrow = (kind: string, path: string): string => `<path d="${path}" class="mark ${kind}"/>`;
const MARKS: { readonly [kind in Mark['kind']]: Sign } = {
  release: { shape: arrow('', 'M13 15V2M10 6L13 2L16 6'), text: 'release' },
  deadline: { shape: arrow('', 'M13 2V15M10 11L13 15L16 11'), text: 'deadline' },
  missed: {
    shape: arrow('missed', 'M13 2V15M10 11L13 15L16 11M8 1l10 9m0 -9l-10 9'),
    text: 'missed deadline',
  },
};

/** Turns that are too short to be seen. */
const SHARES: Sign = {
  shape: `<path d="M.5 10h4v-4h4v2h4v-3h4v5h4v-3h5v9h-25z" class="c0"/><path d="M.5 0h25v7h-5v3h-4v-5h-4v3h-4v-2h-4v4h-4z" class="ready"/>`,
  text: 'short turns: shares of the time',
};

const ORDER = ['running', 'ready', 'blocked', 'new', 'zombie'] as const;

/** The signs that some timelines need. */
export function signsOf(timelines: readonly Timeline[]): Sign[] {
  const lanes = timelines.flatMap((timeline) => timeline.lanes);
  const does = new Set(lanes.flatMap(({ spans }) => spans.map(({ activity }) => activity)));
  const kinds = new Set(lanes.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  // The arrival of what comes only once is not drawn.
  if (!kinds.has('deadline') && !kinds.has('missed') && lanes.every(({ marks }) => marks.length <= 1))
    kinds.delete('release');
  const numbered = timelines.some(({ harts }) => harts > 1);
  return [
    ...ORDER.filter((activity) => does.has(activity)).map((activity) =>
      activity === 'running' && numbered
        ? { ...SHAPES.running, text: 'runs, on the hart of the number' }
        : SHAPES[activity],
    ),
    ...(timelines.some(hasShortTurns) ? [SHARES] : []),
    ...(['release', 'deadline', 'missed'] as const)
      .filter((kind) => kinds.has(kind))
      .map((kind) => MARKS[kind]),
  ];
}
