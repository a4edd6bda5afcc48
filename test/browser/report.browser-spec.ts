import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Page } from 'playwright-core';
import { reportHtml } from '../../apps/cli/src/report/index.js';
import { factsOf } from '../../apps/cli/src/report/testing/facts.js';
import { ROOT } from '../../apps/cli/src/root.js';
import { CommandFolder } from '../support/run-countersign.js';
import { openChromium } from './chromium.js';

/** Reports of real results, as demos and labs write them, in a real browser. */

// What of a page the functions below use; the project is compiled without a browser's types.
interface Shown {
  textContent: string;
  getAttribute(name: string): string | null;
  append(child: Shown): void;
}
declare const document: { readonly body: Shown; readonly documentElement: { readonly scrollWidth: number }; readonly activeElement: Shown | null; querySelector(selector: string): Shown; createElement(name: string): Shown };
declare function getComputedStyle(element: Shown): { readonly fill: string; readonly backgroundColor: string };

const folder = new CommandFolder('report');
let chromium: Awaited<ReturnType<typeof openChromium>>;
const pages: Page[] = [];

const run = async (...args: string[]): Promise<void> => {
  const { exit, err } = await folder.run([...args, '--json']);
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
};

beforeAll(async () => {
  chromium = await openChromium();
  await run('demo', 'hospital');
  await run('demo', 'demand');
  await run('demo', 'credit');
  await run('lab', 'run', join(ROOT, 'examples/four-hospitals/statistics.yaml'));
}, 520_000);
afterAll(async () => {
  await chromium?.close();
  folder.remove();
});
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
});

interface Opened {
  readonly page: Page;
  /** What should not be: messages on the console, errors, dialogs, requests for anything but the file. */
  readonly complaints: readonly string[];
}

async function open(path: string): Promise<Opened> {
  const url = pathToFileURL(path).href;
  const page = await chromium.context.newPage();
  pages.push(page);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => (complaints.push(`dialog: ${dialog.message()}`), void dialog.dismiss()));
  page.on('request', (request) => request.url() === url || complaints.push(`request: ${request.url()}`));
  await page.setViewportSize({ width: 1200, height: 900 });
  await page.goto(url);
  return { page, complaints };
}

/** Of every plot: its name, how many marks have an extent, and the texts that stick out of it. */
const plotsIn = (page: Page): Promise<{ name: string; marks: number; outside: string[]; tables: number }[]> => page.$$eval('svg.plot', (plots) => plots.map((plot) => {
  const frame = plot.getBoundingClientRect();
  const outside = [...plot.querySelectorAll('text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 4 || box.right > frame.right + 4 || box.top < frame.top - 4 || box.bottom > frame.bottom + 4;
  });
  const marks = [...plot.querySelectorAll('[data-series]')].filter((mark) => {
    const { width, height } = mark.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(mark).fill !== 'rgb(0, 0, 0)';
  });
  return { name: plot.querySelector('title')!.textContent, marks: marks.length, outside: outside.map((text) => text.textContent), tables: plot.closest('section')!.querySelectorAll('table').length };
}));

const report = (lab: string, job: string): string => join(folder.path, 'home/reports', lab, `${job}.html`);

test.each([
  ['hospital', 'model', [['ROC curve', 12], ['Confusion matrix', 4], ['Coefficients', 10]]],
  ['hospital', 'read', [['Distribution of probabilities', 1]]],
  ['demand', 'forecast', [['Forecast against actual', 16], ['Coefficients', 6]]],
  ['demand', 'robust', [['Forecast against actual', 16], ['Coefficients', 6]]],
  ['credit', 'incomeByClass', [['Mean annual_inc by Class', 2]]],
  ['statistics', 'together', [['Correlations', 4]]],
  ['statistics', 'middle', [['Quantiles of mean_radius', 3]]],
  ['statistics', 'sizes', [['Histogram of mean_radius', 3]]],
  ['statistics', 'larger', []],
  ['statistics', 'spread', []],
] as const)('%s/%s shows its plots, asks for nothing, and nothing complains', async (lab, job, expected) => {
  const { page, complaints } = await open(report(lab, job));
  const plots = await plotsIn(page);
  expect(plots.map(({ name }) => name)).toEqual(expected.map(([name]) => name));
  plots.forEach(({ marks, outside, tables }, i) => {
    expect(marks).toBeGreaterThanOrEqual(expected[i]![1] - 1);
    expect(outside).toEqual([]);
    expect(tables).toBeGreaterThan(0);
  });
  expect(await page.locator('.state').textContent()).toBe('checked on this machine');
  expect(complaints).toEqual([]);
  for (const width of [1200, 700, 380]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});

it('there is one report for each result', () => {
  expect(['hospital', 'demand', 'credit', 'statistics'].map((lab) => readdirSync(join(folder.path, 'home/reports', lab)).sort())).toEqual([
    ['model.html', 'read.html'], ['forecast.html', 'robust.html'], ['income.html', 'incomeByClass.html', 'mean.html', 'scores.html'], ['larger.html', 'middle.html', 'sizes.html', 'spread.html', 'together.html'],
  ]);
});

it('means of groups are those of the rows of all banks', async () => {
  const rows = ['bank-a', 'bank-b', 'bank-c'].flatMap((bank) => {
    const [header, ...lines] = readFileSync(join(ROOT, `examples/credit/data/${bank}.csv`), 'utf8').trim().split('\n').map((line) => line.split(','));
    const [income, group] = ['annual_inc', 'Class'].map((name) => header!.indexOf(name)) as [number, number];
    return lines.map((cells) => ({ income: Number(cells[income]), group: cells[group]! }));
  });
  const { page } = await open(report('credit', 'incomeByClass'));
  const table = page.getByRole('table', { name: 'Mean annual_inc and rows by Class' });
  for (const group of ['good', 'bad']) {
    const own = rows.filter((row) => row.group === group).map(({ income }) => income);
    const [mean, count] = await table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: group, exact: true }) }).getByRole('cell').allTextContents();
    expect([group, Number(mean!.replaceAll(/[^0-9.]/g, '')), Number(count!.replaceAll(/[^0-9.]/g, ''))]).toEqual([group, expect.closeTo(own.reduce((sum, each) => sum + each, 0) / own.length, 1), own.length]);
  }
});

describe('the report on a model', () => {
  it('is read by headings, named images and tables, and keys reach what scrolls', async () => {
    const { page } = await open(report('hospital', 'model'));
    for (const name of ['ROC curve', 'Confusion matrix', 'Coefficients']) {
      expect(await page.getByRole('img', { name }).count()).toBe(1);
      expect(await page.getByRole('heading', { name }).count()).toBe(1);
    }
    expect(await page.getByRole('table', { name: 'Points of the curve' }).count()).toBe(1);
    expect(await page.getByRole('rowheader', { name: 'sensitivity' }).count()).toBe(1);
    expect([await page.getByRole('main').count(), await page.getByRole('banner').count(), await page.getByRole('contentinfo').count()]).toEqual([1, 1, 1]);
    const levels = await page.$$eval('h1, h2, h3', (headings) => headings.map(({ tagName }) => Number(tagName[1])));
    levels.forEach((level, i) => expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1));
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    const { page: rows } = await open(report('hospital', 'read'));
    await rows.keyboard.press('Tab');
    expect(await rows.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('group');
  });

  it('has a dark side, and is whole on paper', async () => {
    const { page } = await open(report('hospital', 'model'));
    const colours = () => page.evaluate(() => ({ page: getComputedStyle(document.body).backgroundColor, bar: getComputedStyle(document.querySelector('[data-series="0"]')).fill, text: getComputedStyle(document.querySelector('svg text')).fill }));
    const light = await colours();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await colours();
    for (const part of ['page', 'bar', 'text'] as const) expect(dark[part]).not.toBe(light[part]);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect((await colours()).page).toBe('rgb(255, 255, 255)');
    const { page: rows } = await open(report('hospital', 'read'));
    await rows.emulateMedia({ media: 'print' });
    expect(await rows.$$eval('.scroll', (all) => all.every((each) => each.scrollHeight <= each.clientHeight + 1))).toBe(true);
  });

  it('runs no script, even one that somebody puts into it', async () => {
    const { page } = await open(report('hospital', 'model'));
    expect(await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      document.body.append(script);
      return (globalThis as { ran?: boolean }).ran ?? false;
    })).toBe(false);
  });
});

it('hostile names of columns, categories and nodes stay text', async () => {
  const hostile = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</title></svg><img src=//example.invalid/x>', "' onload='alert(1)"];
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-report-'));
  try {
    const path = join(scratch, 'hostile.html');
    const all = (value: unknown): Record<string, unknown> => Object.fromEntries(hostile.map((name) => [name, value]));
    writeFileSync(path, reportHtml(factsOf('Group Mean', { groups: all({ mean: 3, count: 4 }), counts: all(all(2)), coefficients: all(-1.5), series: all({ rows: 1, demand: 2, forecast: 3 }), [hostile[1]!]: 3 }, { column: hostile[1]!, by: hostile[2]! }, { receiver: hostile[0]! })));
    const { page, complaints } = await open(path);
    expect((await plotsIn(page)).map(({ marks }) => marks)).toEqual([8, 4, 4, 16]);
    expect(await page.locator('img, script, iframe, object, link, base, form, input').count()).toBe(0);
    expect(await page.locator('body').innerText()).toContain('<script>alert(1)</script>');
    expect(complaints).toEqual([]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
