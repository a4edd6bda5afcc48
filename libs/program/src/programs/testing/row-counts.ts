import { expect } from '@jest/globals';
import { planJob } from '../../plan-job.js';
import { type PlanRequest } from '../../request.js';

/**
 * Of a request over the columns of A, B and C: an owner whose number of rows is not the first one's is refused and named, where it is known; a guess is not compared, and
 * neither are bounds of tables.
 */
export function expectSameNumberOfRows(asked: PlanRequest, each = 120): void {
  const withRowsOfB = (rows: number, more: { readonly assumed?: true } = {}): PlanRequest => ({ ...asked, rows: asked.rows!.map((of, i) => (i === 1 ? { ...of, rows, ...more } : { ...of, rows: each })) });
  for (const rows of [each - 1, each + 1]) {
    expect(() => planJob(withRowsOfB(rows))).toThrow(expect.objectContaining({ code: 'CS0623', message: expect.stringMatching(new RegExp(`of \`B\` has ${rows}`)) }));
  }
  expect(() => planJob(withRowsOfB(1, { assumed: true }))).not.toThrow();
  expect(() => planJob({ ...asked, rows: undefined, datasets: asked.datasets.map((dataset, i) => ({ ...dataset, maxRows: 128 << i })) })).not.toThrow();
}
