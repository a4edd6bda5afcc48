import { expect } from '@jest/globals';
import { type Table } from '../../index.js';

/** The tables, that of one node with these cells in its first row. */
export const broken = (tableOf: (node: string, dataset: string) => Table, node: string, cells: Readonly<Record<string, number | string>>, datasets?: readonly string[]) => (each: string, dataset: string): Table => {
  const table = tableOf(each, dataset);
  if (each !== node || datasets?.includes(dataset) === false) return table;
  const columns = Object.entries(table.columns).map(([name, values]) => {
    const cell = cells[name];
    if (cell === undefined) return [name, values] as const;
    return [name, typeof cell === 'number' ? Float64Array.of(cell, ...(values as Float64Array).slice(1)) : [cell, ...(values as readonly string[]).slice(1)]] as const;
  });
  return { ...table, columns: Object.fromEntries(columns) };
};

/** Results of one shape whose numbers are near each other. */
export function isNear(actual: unknown, exact: unknown, within = 2e-6): void {
  if (typeof exact === 'number') return expect(Math.abs((actual as number) - exact)).toBeLessThanOrEqual(within * Math.abs(exact) + 1e-9);
  if (typeof exact !== 'object' || exact === null) return expect(actual).toEqual(exact);
  expect(Object.keys(actual as object)).toEqual(Object.keys(exact));
  Object.entries(exact).forEach(([name, each]) => isNear((actual as Record<string, unknown>)[name], each, within));
}
