import { expect } from '@jest/globals';
import { differences } from '#testing';
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
export const isNear = (actual: unknown, exact: unknown, within = 2e-6): void => expect(differences(actual, exact, (number) => within * Math.abs(number) + 1e-9)).toEqual([]);
