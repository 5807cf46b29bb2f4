// A pipeline of Debian's programs under every structure that can, and the page of the comparison in headless Chromium, light and
// dark. The whole of /usr with FULL_COMPARISON=1.
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ComparedRun,
  compareStructures,
  comparisonPage,
  STRUCTURES,
} from '../../../src/workbench/index.ts';
import { partsFor, rootLayer } from '../../support/machine.ts';
import { comparedRoot } from '../debian/fixture.ts';
import { pageResult, type Scheme } from './chromium.ts';

const FOLDER = process.env.FULL_COMPARISON === '1' ? '/usr' : '/usr/lib/python3*';
const COMMAND = ['/bin/sh', '-c', `ls -lR ${FOLDER} | sort | gzip | wc -c`];
const MEMORY = 256 * 1024 * 1024;
const RUN = ['monolithic', 'microkernel', 'l4', 'hybrid'];
const REFUSE = ['unikernel', 'dos'];

let runs: readonly ComparedRun[] = [];
beforeAll(async () => {
  const layer = rootLayer(await comparedRoot());
  runs = await compareStructures({
    structures: STRUCTURES,
    input: new Uint8Array(0),
    maxInstructions: 1e9,
    parts: (structure, console, say) => {
      const options = { structure, memory: MEMORY, modelTranslation: true };
      return { ...partsFor(layer, COMMAND, options, console), say };
    },
  });
}, 600_000);

const of = (structure: string): ComparedRun =>
  runs.find(({ row }) => row.structure === structure) as ComparedRun;

describe(COMMAND.join(' '), () => {
  it('does the same under every structure that has processes', () => {
    for (const name of RUN)
      expect(of(name).row).toMatchObject({ status: 0, outputEqual: true, refused: null });
    expect(Number(new TextDecoder().decode(of('monolithic').output))).toBeGreaterThan(1000);
  });

  it('is refused with a reason where there is one process', () => {
    for (const name of REFUSE) expect(of(name).row.refused).toMatch(/one (address space|program)/);
  });

  it('costs least in one domain and most by queued messages', () => {
    const cycles = (name: string): number => of(name).row.cycles ?? Number.NaN;
    expect(cycles('monolithic')).toBeLessThan(cycles('l4'));
    expect(cycles('l4')).toBeLessThan(cycles('microkernel'));
    expect(cycles('monolithic')).toBeLessThan(cycles('hybrid'));
    expect(of('microkernel').row.bytesCopied).toBeGreaterThan(2 * (of('l4').row.bytesCopied ?? 0));
  });
});

/** What the page tells of itself. Runs in the browser: it is given as text. */
const INSPECTION = `
const problems = [];
addEventListener('error', (event) => problems.push(event.message));
addEventListener('unhandledrejection', (event) => problems.push(String(event.reason)));
for (const kind of ['error', 'warn']) console[kind] = (...words) => problems.push(words.join(' '));
addEventListener('load', () => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const box = (element) => element.getBoundingClientRect();
  const outside = all('.picture').flatMap((picture) =>
    all('text', picture)
      .filter((text) => box(text).left < box(picture).left - 1 || box(text).right > box(picture).right + 1)
      .map((text) => text.textContent));
  // The name in each box that is drawn before it.
  const wide = all('.picture .name')
    .filter((name) => box(name).width > box(name.previousElementSibling).width)
    .map((name) => name.textContent);
  const bars = all('.bar').map((bar) => all('span', bar).reduce((sum, { style }) => sum + parseFloat(style.width), 0));
  const key = all('.key i').map((sample) => getComputedStyle(sample).background);
  const result = {
    problems, outside, wide, bars,
    title: document.title,
    isWiderThanWindow: document.documentElement.scrollWidth > innerWidth,
    structures: all('.card h3').map(({ textContent }) => textContent),
    pictures: all('.picture').map((picture) => picture.getAttribute('aria-label')),
    refused: all('.bars .bad').length,
    categories: all('.key li').map(({ textContent }) => textContent),
    fills: new Set(key).size,
    patterns: key.filter((fill) => fill.includes('gradient')).length,
    cycles: all('.figures tr.all td').slice(1).map(({ textContent }) => textContent),
    page: getComputedStyle(document.body).backgroundColor,
    text: getComputedStyle(document.body).color,
  };
  fetch('/result', { method: 'POST', body: JSON.stringify(result) });
});`;

interface Told {
  readonly problems: readonly string[];
  readonly bars: readonly number[];
  readonly page: string;
  readonly text: string;
}

async function told(scheme: Scheme): Promise<Told> {
  const page = comparisonPage(runs, COMMAND, 'modern, 1 hart').replace(
    '<head>',
    `<head><script>${INSPECTION}</script>`,
  );
  const serve = (path: string) => (path === '/' ? { type: 'text/html', body: page } : undefined);
  return (await pageResult(serve, 60_000, scheme)) as Told;
}

/** How light a colour of CSS is, from 0 to 255. */
function lightness(colour: string): number {
  const parts = [...colour.matchAll(/\d+/g)].slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) / 3;
}

describe.each(['light', 'dark'] as const)('the page, %s', (scheme) => {
  it('shows them all, without errors, and nothing lies beyond its place', async () => {
    const result = await told(scheme);
    expect(result).toMatchObject({
      ...{ problems: [], outside: [], wide: [], isWiderThanWindow: false },
      title: `${COMMAND.join(' ')} under ${STRUCTURES.length} structures`,
      structures: STRUCTURES.map(({ name }) => name),
      pictures: RUN.map((name) => `domains and gates of ${name}, with the requests between them`),
      refused: REFUSE.length,
      categories: ['user', 'crossing', 'copy', 'service', 'schedule', 'translation', 'idle'],
      // Told apart by pattern as well: all but one have one of their own.
      ...{ fills: 7, patterns: 6 },
      cycles: RUN.map((name) => of(name).row.cycles?.toLocaleString('en-US')),
    });
    // The longest bar is as wide as there is room, and the others are in proportion.
    const most = Math.max(...RUN.map((name) => of(name).row.cycles ?? 0));
    expect(result.bars).toHaveLength(RUN.length);
    RUN.forEach((name, index) => {
      expect(result.bars[index]).toBeCloseTo((100 * (of(name).row.cycles ?? 0)) / most, 1);
    });
    const [page, text] = [lightness(result.page), lightness(result.text)];
    expect(scheme === 'light' ? page - text : text - page).toBeGreaterThan(150);
  }, 90_000);
});
