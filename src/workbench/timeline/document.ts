/** Timelines as one SVG file that needs nothing else: each with its heading, one under another, and the key. */
import { escaped } from '../pages/markup.ts';
import { themeStyle } from '../pages/theme.ts';
import { type Sign, signsOf } from './key.ts';
import {
  lastInstant,
  MOST_ROWS,
  PICTURE_WIDTH,
  type Plan,
  pictureBody,
  pictureDescription,
  planOf,
} from './picture.ts';
import { TIMELINE_DARK, TIMELINE_DEFINITIONS, TIMELINE_LIGHT, TIMELINE_STYLE } from './style.ts';
import type { Timeline } from './timeline.ts';

export interface Drawing {
  readonly timeline: Timeline;
  /** A line of figures below the heading. */
  readonly figures: string;
}

const MARGIN = 24;
const [TITLE, HEADING, NOTE, APART, KEY] = [38, 52, 18, 34, 26];
/** Letters of a title that have room. */
const MOST_LETTERS = 100;
const [SIGN_LETTER, SIGN_WIDTH] = [6.9, 50];

function keyBody(signs: readonly Sign[]): string {
  let x = 0;
  return signs
    .map(({ shape, text }) => {
      const at = x;
      x += SIGN_WIDTH + text.length * SIGN_LETTER;
      return `<g transform="translate(${at.toFixed(0)} 0)">${shape}<text x="33" y="13">${escaped(text)}</text></g>`;
    })
    .join('');
}

/** What a picture cannot show of a timeline. */
export function notesOf({ lanes, notes }: Timeline): readonly string[] {
  const left = lanes.length - MOST_ROWS;
  return left > 0 ? [...notes, `${left} more are not drawn; the harts' rows have them all`] : notes;
}

function section({ timeline, figures }: Drawing, plan: Plan, y: number): string {
  const notes = notesOf(timeline).map(
    (note, index) =>
      `<text x="0" y="${HEADING + 6 + plan.height + (index + 1) * NOTE}" class="figures">${escaped(note.slice(0, 180))}</text>`,
  );
  return [
    `<g transform="translate(${MARGIN} ${y})"><text x="0" y="16" class="title">${escaped(timeline.policy)}</text>`,
    `<text x="0" y="37" class="figures">${escaped(figures)}</text>`,
    `<g transform="translate(0 ${HEADING + 6})"><title>${escaped(pictureDescription(plan))}</title>${pictureBody(plan)}</g>`,
    ...notes,
    '</g>',
  ].join('');
}

const shortened = (text: string): string =>
  text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS - 1)}…`;

/** An SVG file. All of the timelines are shown up to the latest end. */
export function timelineSvg(drawings: readonly Drawing[], title: string): string {
  const end = Math.max(0, ...drawings.map(({ timeline }) => lastInstant(timeline)));
  let y = MARGIN + TITLE + KEY + 14;
  const sections = drawings.map((drawing) => {
    const plan = planOf(drawing.timeline, 0, end);
    const at = y;
    y += HEADING + plan.height + notesOf(drawing.timeline).length * NOTE + APART;
    return section(drawing, plan, at);
  });
  const [width, height] = [PICTURE_WIDTH + 2 * MARGIN, y];
  const signs = signsOf(drawings.map(({ timeline }) => timeline));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="timeline" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${themeStyle(TIMELINE_LIGHT, TIMELINE_DARK)}\n${TIMELINE_STYLE}\n.back { fill: var(--page); }</style>`,
    TIMELINE_DEFINITIONS,
    `<rect width="${width}" height="${height}" class="back"/>`,
    `<text x="${MARGIN}" y="${MARGIN + 16}" class="heading">${escaped(shortened(title))}</text>`,
    `<g transform="translate(${MARGIN} ${MARGIN + TITLE})">${keyBody(signs)}</g>`,
    ...sections,
    '</svg>\n',
  ].join('\n');
}
