// Pictures of schedules in headless Chromium, light and dark: on paper and of a real run, as pages and as SVG files.
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInLayer } from '../../../src/host/node/index.ts';
import {
  jobsOf,
  policyNamed,
  recordingFile,
  recordingOf,
  runToEnd,
  ScheduleRecorder,
  System,
  schedule,
  schedulePage,
  scheduleSvg,
} from '../../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../../support/machine.ts';
import { pageResult, type Scheme } from './chromium.ts';

const PAPER =
  '0:8+4+3:name=editor,1:4:name=make,2:9+2+1+6+2:name=indexer,0:2:name=sensor:period=7:deadline=5,3:5:name=a-very-long-name-of-a-job';
const POLICIES = ['fcfs', 'srtf', 'rr:quantum=2', 'mlfq', 'edf'];

/** What a document tells of itself. Runs in the browser: it is given as text. */
const INSPECTION = `
const problems = [];
addEventListener('error', (event) => problems.push(event.message));
addEventListener('securitypolicyviolation', (event) => problems.push(event.violatedDirective));
for (const kind of ['error', 'warn']) console[kind] = (...words) => problems.push(words.join(' '));
addEventListener('load', () => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const box = (element) => element.getBoundingClientRect();
  const touches = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  for (const details of all('details')) details.open = true;
  const pictures = all('svg.timeline').filter((svg) => svg.getAttribute('role') === 'img');
  const outside = pictures.flatMap((picture) => all('text', picture)
    .filter((text) => box(text).left < box(picture).left - 1 || box(text).right > box(picture).right + 1)
    .map((text) => text.textContent));
  const crossing = pictures.flatMap((picture) => ['.bound', '.axis', '.who', '.label', '.aside'].flatMap((kind) => {
    const texts = all(kind, picture).map((text) => [text.textContent, box(text)]).filter(([, b]) => b.width > 0);
    return texts.flatMap(([name, b], index) => texts.slice(index + 1).filter(([, other]) => touches(b, other)).map(([other]) => name + ' on ' + other));
  }));
  // Labels lie within the bars that they are drawn after.
  const tooWide = pictures.flatMap((picture) => all('.label', picture).filter((label) => {
    const bar = label.previousElementSibling && label.previousElementSibling.querySelector('rect');
    return bar && box(label).width > box(bar).width + 1;
  }).map((label) => label.textContent));
  const fills = new Set(pictures.flatMap((picture) => all('rect', picture).map((rect) => getComputedStyle(rect).fill)));
  const style = getComputedStyle(document.body || document.documentElement);
  const back = document.querySelector('.back');
  const text = document.querySelector('.timeline .who');
  const regions = all('[role=region]');
  const unreachable = regions.filter((region) => { region.focus(); return document.activeElement !== region || !region.getAttribute('aria-label'); }).length;
  const described = (svg) => (svg.getAttribute('aria-label') || '').length > 10;
  const result = {
    problems, outside, crossing, tooWide, unreachable,
    regions: regions.length,
    pictures: pictures.length,
    undescribed: pictures.filter((svg) => !described(svg)).length,
    titles: all('g > title').length,
    broken: [...fills].filter((fill) => fill.includes('url(')).filter((fill) => !document.querySelector(/#[^")]+/.exec(fill)[0])),
    patterns: [...fills].filter((fill) => fill.includes('url(')).length,
    loaded: performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.endsWith('/favicon.ico')),
    isWiderThanWindow: document.documentElement.scrollWidth > innerWidth + 1,
    page: back ? getComputedStyle(back).fill : style.backgroundColor,
    text: getComputedStyle(text).fill,
    stripe: getComputedStyle(document.querySelector('.stripe')).stroke,
    headings: all('h1, h2').map(({ textContent }) => textContent),
    captions: all('table').filter((table) => all('th[scope]', table).length === 0).length,
  };
  fetch('/result', { method: 'POST', body: JSON.stringify(result) });
});`;

interface Told {
  readonly titles: number;
  readonly patterns: number;
  readonly regions: number;
  readonly page: string;
  readonly text: string;
  readonly stripe: string;
}

let recording: Parameters<typeof recordingFile>[0];
beforeAll(async () => {
  const recorder = new ScheduleRecorder();
  const command = ['/bin/sh', '-c', 'seq 200 | sort -rn | head -n 2; ls -l / | wc & wait'];
  const options = { harts: 2, structure: 'microkernel', memory: 32 * 1024 * 1024 };
  const parts = partsFor(builtInLayer(), command, options, recordingConsole(new Uint8Array(0)));
  const system = System.start({ ...parts, recorder });
  await runToEnd(system, { maxInstructions: 1e9, realPace: false });
  recording = recordingOf(system, recorder);
}, 120_000);

const paper = () =>
  POLICIES.map((name) => schedule(jobsOf(PAPER), { policy: policyNamed(name), harts: 2, why: true }));

/** Documents by name: what is served, and what there must be in it. */
const DOCUMENTS = {
  'a page of several policies': () => schedulePage(paper()),
  'an SVG file of several policies': () => scheduleSvg(paper()),
  'a page of a real run': () =>
    recordingFile(recording, '.html', 'sh -c <seq> & more', 'microkernel') as string,
  'an SVG file of a real run': () => recordingFile(recording, '.svg', 'sh', 'microkernel') as string,
} as const;

async function told(document: string, scheme: Scheme): Promise<Told> {
  const isPage = document.startsWith('<!doctype');
  const script = `<script>${isPage ? INSPECTION : `<![CDATA[${INSPECTION}]]>`}</script>`;
  const body = isPage
    ? document.replace('<head>', `<head>${script}`)
    : document.replace('</title>', `</title>${script}`);
  const type = isPage ? 'text/html' : 'image/svg+xml';
  const serve = (path: string) => (path === '/' ? { type, body } : undefined);
  return (await pageResult(serve, 60_000, scheme)) as Told;
}

/** Relative luminance of a colour of CSS (WCAG 2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/[\d.]+/g)].slice(0, 3).map(([part]) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  it.each(Object.keys(DOCUMENTS) as (keyof typeof DOCUMENTS)[])(
    '%s is drawn without errors',
    async (name) => {
      const result = await told(DOCUMENTS[name](), scheme);
      expect(result).toMatchObject({
        ...{ problems: [], outside: [], crossing: [], tooWide: [], broken: [], loaded: [] },
        ...{ unreachable: 0, undescribed: 0, captions: 0 },
      });
      if (name === 'a page of several policies') {
        const headings = ['5 jobs on 2 harts under 5 policies', 'Side by side', ...POLICIES];
        expect(result).toMatchObject({ headings, pictures: POLICIES.length });
        expect(result.regions).toBeGreaterThan(3 * POLICIES.length);
      }
      if (name.startsWith('a page')) expect(result).toMatchObject({ isWiderThanWindow: false });
      expect(result.titles).toBeGreaterThan(30);
      // Ready, blocked, and jobs' own patterns.
      expect(result.patterns).toBeGreaterThanOrEqual(6);
      const isLight = luminance(result.page) > 0.5;
      expect(isLight).toBe(scheme === 'light');
      // WCAG 2.2: 4.5 for text, 3 for graphics that are needed.
      expect(contrast(result.page, result.text)).toBeGreaterThan(7);
      expect(contrast(result.page, result.stripe)).toBeGreaterThan(3);
    },
    90_000,
  );
});
