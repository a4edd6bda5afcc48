import { afterAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { ROOT } from '../apps/cli/src/root.js';
import { CommandFolder } from './support/run-countersign.js';

/** The hospitals example as users run it; the sampled noise is real, so results are held against many times their error. */

const HOSPITALS = join(ROOT, 'examples/four-hospitals');
/** Noise of four parties exceeds this many of its 95 % errors less than once in a million million runs. */
const ERRORS = 10;

interface PrivateMean {
  readonly mean: number;
  readonly count: number;
  readonly privacy: { readonly error95: { readonly mean: number; readonly count: number } };
}

function largeNuclei(): number[] {
  return ['northfield', 'riverside', 'st_mary', 'lakeview'].flatMap((name) => {
    const [head, ...rows] = readFileSync(join(HOSPITALS, `${name}.csv`), 'utf8').trim().split('\n').map((line) => line.split(','));
    const [radius, area] = ['mean_radius', 'mean_area'].map((column) => head.indexOf(column));
    return rows.filter((row) => Number(row[radius]) >= 15).map((row) => Number(row[area]));
  });
}

const folder = new CommandFolder('privacy');
afterAll(() => folder.remove());

it('four hospitals get a private mean and count where the policy wants privacy, and nothing without it or with too little', async () => {
  const { exit, out, err } = await folder.run(['lab', 'run', join(HOSPITALS, 'lab.yaml'), '--json']);
  expect({ exit, why: exit === 0 ? '' : err }).toEqual({ exit: 0, why: '' });
  const { jobs, log, steps } = JSON.parse(out) as LabReport;
  const sentence = 'Every computation on Large Nuclei must use differential privacy with epsilon at most 0.5.';
  for (const job of [jobs['exact'], jobs['bold']]) {
    expect(job).toMatchObject({ state: 'denied', receipts: 0, decision: { outcome: 'deny', signaturesHelp: false, rules: expect.arrayContaining([expect.objectContaining({ sentence })]) } });
  }
  const areas = largeNuclei();
  const { mean, count, privacy } = jobs['private_area'].result as unknown as PrivateMean;
  expect(privacy).toEqual({ mechanism: 'discrete-laplace', epsilon: '0.5', error95: { mean: expect.any(Number), count: expect.any(Number) } });
  expect(Math.abs(count - areas.length)).toBeLessThan(ERRORS * privacy.error95.count);
  expect(Math.abs(mean - areas.reduce((sum, area) => sum + area, 0) / areas.length)).toBeLessThan(ERRORS * privacy.error95.mean);
  // Useful all the same: the hospitals' declared range is 5,000 wide.
  expect(privacy.error95.mean).toBeLessThan(2000);

  const alone = jobs['private_count'].result as unknown as PrivateMean;
  expect(Math.abs(alone.count - areas.length)).toBeLessThan(ERRORS * alone.privacy.error95.count);
  expect(alone.privacy.error95.count).toBeLessThan(privacy.error95.count);
  expect(Number.isInteger(alone.count)).toBe(true);
  expect(jobs['diagnoses'].result).not.toHaveProperty('privacy');
  expect(log.verified).toBe(true);
  expect(steps.every(({ ok }) => ok)).toBe(true);
}, 240_000);
