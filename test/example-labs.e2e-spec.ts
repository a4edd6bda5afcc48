import { afterAll, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../apps/cli/src/root.js';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { DEMOS } from '../apps/cli/src/demo/demo.js';
import { CommandFolder } from './support/run-countersign.js';

/** The labs that ship as examples, as users run them. */

const EXAMPLES = join(ROOT, 'examples');
const folder = new CommandFolder('example-labs');
afterAll(() => folder.remove());

it('are all run: as demos, here, or by the specs of privacy and of own programs', () => {
  const labs = readdirSync(EXAMPLES).flatMap((name) => readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith('.yaml')).map((file) => `${name}/${file}`));
  expect(labs.sort()).toEqual([...Object.keys(DEMOS).map((demo) => `${demo}/lab.yaml`), 'four-hospitals/lab.yaml', 'four-hospitals/statistics.yaml', 'own-program/lab.yaml'].sort());
});

interface Biopsy {
  readonly radius: number;
  readonly area: number;
  readonly malignant: boolean;
}
const biopsies = ['northfield', 'riverside', 'st_mary'].flatMap((name): Biopsy[] => {
  const [head, ...rows] = readFileSync(join(EXAMPLES, 'four-hospitals', `${name}.csv`), 'utf8').trim().split('\n').map((line) => line.split(','));
  const [radius, area, diagnosis] = ['mean_radius', 'mean_area', 'diagnosis'].map((column) => head.indexOf(column));
  return rows.map((row) => ({ radius: Number(row[radius]), area: Number(row[area]), malignant: row[diagnosis] === 'malignant' }));
});
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const comoment = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, each, i) => sum + (each - mean(x)) * (y[i] - mean(y)), 0);
const variance = (x: readonly number[]): number => comoment(x, x) / (x.length - 1);
const quantile = (values: readonly number[], at: number): number => {
  const [sorted, place] = [[...values].sort((a, b) => a - b), at * (values.length - 1)];
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (place - Math.floor(place)) * (above - below);
};
/** Six significant digits. */
const six = (value: number): number => Number(value.toPrecision(6));

it('three hospitals’ statistics are those of all their rows, to six digits', async () => {
  const { exit, out, err } = await folder.run(['lab', 'run', join(EXAMPLES, 'four-hospitals/statistics.yaml'), '--json']);
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const { jobs } = JSON.parse(out) as LabReport;
  const result = (job: string): Record<string, unknown> => jobs[job].result as unknown as Record<string, unknown>;
  for (const job of ['spread', 'together', 'larger', 'middle', 'sizes']) expect([job, jobs[job].state]).toEqual([job, 'released']);
  expect(six(result('spread').variance as number)).toBe(six(variance(biopsies.map(({ area }) => area))));
  const ill = biopsies.filter(({ malignant }) => malignant);
  const [radii, areas, others] = [ill.map(({ radius }) => radius), ill.map(({ area }) => area), biopsies.filter(({ malignant }) => !malignant).map(({ radius }) => radius)];
  const { correlation } = result('together') as { correlation: Record<string, Record<string, number>> };
  expect(six(correlation.mean_radius.mean_area)).toBe(six(comoment(radii, areas) / Math.sqrt(comoment(radii, radii) * comoment(areas, areas))));
  const parts = [radii, others].map((values) => variance(values) / values.length);
  expect(six(result('larger').t as number)).toBe(six((mean(radii) - mean(others)) / Math.sqrt(parts[0] + parts[1])));
  expect(Object.values(result('middle').quantiles as Record<string, number>).map(six)).toEqual([0.25, 0.5, 0.75].map((at) => six(quantile(biopsies.map(({ radius }) => radius), at))));
  expect(result('sizes').counts).toEqual(Object.fromEntries([[0, 10], [10, 20], [20, 30]].map(([from, to]) => [`${from} to ${to}`, biopsies.filter(({ radius }) => radius >= from && radius < to).length])));
});
